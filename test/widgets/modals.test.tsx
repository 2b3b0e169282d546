import { useEffect, useState, type ReactNode } from 'react';
import * as Headless from '@headlessui/react';
import MuiDialog from '@mui/material/Dialog';
import * as Radix from '@radix-ui/react-dialog';
import {
  Dialog as AriaDialog,
  Modal as AriaModal,
  ModalOverlay as AriaOverlay,
  Heading,
} from 'react-aria-components';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { afterEach, describe, expect, it } from 'vitest';
import { frames, openPage } from '../browser/openPage.js';
import { inTurn } from '../inTurn.js';
import { firstOnReact18, oneOnReact18 } from './oneOnReact18.js';

interface ModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

const box = { background: 'white', padding: 16, width: 300 } as const;
const cover = { position: 'fixed', inset: 0, background: 'rgba(0, 0, 0, 0.4)' } as const;
const middle = { ...box, position: 'fixed', top: 80, left: 300 } as const;

function RadixModal({ open, onClose, children }: ModalProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay style={cover} data-testid="backdrop" />
        <Radix.Content style={middle} aria-describedby={undefined}>
          <Radix.Title>Order</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function MuiModal({ open, onClose, children }: ModalProps) {
  return (
    <MuiDialog open={open} onClose={onClose} transitionDuration={0} aria-label="Order">
      <div style={box}>{children}</div>
    </MuiDialog>
  );
}

function HeadlessModal({ open, onClose, children }: ModalProps) {
  return (
    <Headless.Dialog
      open={open}
      onClose={onClose}
      aria-label="Order"
      style={{ position: 'relative', zIndex: 5 }}
    >
      <Headless.DialogBackdrop style={cover} />
      <div style={{ position: 'fixed', inset: 0, pointerEvents: 'none' }}>
        <Headless.DialogPanel style={{ ...middle, pointerEvents: 'auto' }}>{children}</Headless.DialogPanel>
      </div>
    </Headless.Dialog>
  );
}

function AriaModalDialog({ open, onClose, children }: ModalProps) {
  return (
    <AriaOverlay isOpen={open} onOpenChange={(next) => !next && onClose()} isDismissable style={cover}>
      <AriaModal style={middle}>
        <AriaDialog>
          <Heading slot="title">Order</Heading>
          {children}
        </AriaDialog>
      </AriaModal>
    </AriaOverlay>
  );
}

const libraries = {
  'Radix UI': RadixModal,
  MUI: MuiModal,
  'Headless UI': HeadlessModal,
  'React Aria': AriaModalDialog,
};

/** What a test did to the page, in order. */
let hits: string[] = [];
afterEach(() => {
  hits = [];
});

function Part({ Modal }: { Modal: (props: ModalProps) => ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button id="open" onClick={() => setOpen(true)}>
        Open
      </button>
      <Modal
        open={open}
        onClose={() => {
          hits.push('closed');
          setOpen(false);
        }}
      >
        <input id="field" aria-label="Note" />
        <button id="save" onClick={() => hits.push('saved')}>
          Save
        </button>
        <button
          id="close"
          onClick={() => {
            hits.push('closed');
            setOpen(false);
          }}
        >
          Close
        </button>
      </Modal>
    </>
  );
}

async function openModal(Modal: (props: ModalProps) => ReactNode, closed: ClosedBehavior) {
  const page = await openPage(
    <>
      <header>
        <button id="before" onClick={() => hits.push('before')}>
          Before
        </button>
      </header>
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Part Modal={Modal} />
      </MaintenanceGate>
      <button id="after" onClick={() => hits.push('after')}>
        After
      </button>
      <div style={{ height: 3000 }} />
    </>,
  );
  await userEvent.click(page.find('#open'));
  await expect.poll(() => document.querySelector('#field')).not.toBeNull();
  await userEvent.click(page.find('#field'));
  await userEvent.keyboard('half{ArrowLeft>2/}');
  return page;
}

/** What keeps the page from being used: attributes and styles that a library put around its modal. */
function blocks(element: Element) {
  const { pointerEvents } = getComputedStyle(element);
  const reach = element.closest('[aria-hidden=true],[inert]') ? ['out of reach'] : [];
  const scrolling = [document.body, document.documentElement].some(
    (part) => getComputedStyle(part).overflowY === 'hidden',
  );
  return [...reach, ...(pointerEvents === 'none' ? ['no pointer'] : []), ...(scrolling ? ['no scroll'] : [])];
}

const note = () => document.querySelector<HTMLElement>('[data-maintenance-modal-note]');
const modal = () => document.querySelector<HTMLElement>('[role=dialog]');

describe.each(oneOnReact18(libraries))('a modal dialog of %s', (name, Modal) => {
  const turn = <T,>(behaviors: readonly T[]) => inTurn(behaviors, name, Object.keys(libraries));

  it.each(turn(['replace', 'hide'] as const))(
    'does not block the page while its gate hides it, and is restored: %s',
    async (closed) => {
      const page = await openModal(Modal, closed);
      const blocked = blocks(page.find('#after'));
      expect(blocked).not.toEqual([]);

      await page.set({ search: true });
      expect(blocks(page.find('#after'))).toEqual([]);
      expect(blocks(page.find('#before'))).toEqual([]);
      expect(document.activeElement).not.toBe(document.body);
      await userEvent.click(page.find('#after'));
      await userEvent.click(page.find('#before'));
      await userEvent.click(document.documentElement, { position: { x: 900, y: 600 } });
      await userEvent.tab();
      expect(document.activeElement).not.toBe(page.find('#field'));
      await userEvent.wheel(page.find('#before'), { delta: { y: 200 } });
      await expect.poll(() => scrollY).toBeGreaterThan(0);
      expect(hits).toEqual(['after', 'before']);

      await page.set({ search: false });
      expect(page.find<HTMLInputElement>('#field').value).toBe('half');
      expect(blocks(page.find('#after'))).toEqual(blocked);
      await userEvent.click(page.find('#close'));
      await frames();
      await expect.poll(() => blocks(page.find('#after'))).toEqual([]);
      expect(hits).toEqual(['after', 'before', 'closed']);
    },
  );

  it.each(turn(['hide', 'replace'] as const))(
    'restores focus and caret if the person did not focus something else: %s',
    async (closed) => {
      const page = await openModal(Modal, closed);

      await page.set({ search: true });
      await page.set({ search: false });

      await expect.poll(() => document.activeElement).toBe(page.find('#field'));
      await userEvent.keyboard('_');
      expect(page.find<HTMLInputElement>('#field').value).toBe('ha_lf');
    },
  );

  it.each(turn(['disable', 'read-only', 'overlay'] as const))(
    'says why nothing works in it, and has a button that closes it: %s',
    async (closed) => {
      const page = await openModal(Modal, closed);

      await page.set({ search: true });
      await userEvent.click(page.find('#save'), { force: true });
      await userEvent.click(page.find('#close'), { force: true });
      await userEvent.keyboard('x');
      expect(hits).toEqual([]);
      expect(page.find<HTMLInputElement>('#field').value).toBe('half');
      expect(modal()?.contains(note())).toBe(true);
      expect(note()?.textContent).toContain('search is unavailable');
      const reasons = page.find('#save').getAttribute('aria-describedby')?.split(' ') ?? [];
      expect(reasons.map((id) => document.getElementById(id)?.textContent).join()).toContain('unavailable');
      expect(note()?.getBoundingClientRect().height).toBeGreaterThan(0);
      await userEvent.click(page.find('[data-maintenance-close]'));

      await expect.poll(() => hits).toEqual(['closed']);
      await expect.poll(modal).toBeNull();
      await expect.poll(() => blocks(page.find('#after'))).toEqual([]);
    },
  );

  it.each(turn(['read-only', 'overlay', 'disable'] as const))(
    'closes with a press outside of it, and with Escape: %s',
    async (closed) => {
      const page = await openModal(Modal, closed);
      await page.set({ search: true });

      await userEvent.click(document.documentElement, { position: { x: 900, y: 600 }, force: true });
      await expect.poll(() => hits).toEqual(['closed']);
      await expect.poll(modal).toBeNull();
      await page.set({ search: false });
      await userEvent.click(page.find('#open'));
      await expect.poll(modal).not.toBeNull();
      await page.set({ search: true });
      await userEvent.keyboard('{Escape}');

      await expect.poll(() => hits).toEqual(['closed', 'closed']);
    },
  );

  it('is restored when its gate opens again, without the note', async () => {
    const page = await openModal(Modal, 'read-only');

    await page.set({ search: true });
    page.find('[data-maintenance-close]').focus();
    await page.set({ search: false });

    expect(note()).toBeNull();
    expect(modal()?.contains(document.activeElement)).toBe(true);
    await userEvent.click(page.find('#save'));
    expect(hits).toEqual(['saved']);
  });

  it('contains the live region while it is open, so that announcements can be heard', async () => {
    const page = await openModal(Modal, 'disable');

    await page.set({ search: true });

    await expect
      .poll(() =>
        [...document.querySelectorAll('[data-maintenance-announcer]')]
          .filter((region) => region.textContent.includes('search is unavailable'))
          .map((region) => blocks(region).includes('out of reach')),
      )
      .toEqual([false]);
    const inside = modal()?.querySelector('[role=status]') ?? null;
    expect(inside !== null || modal()?.getAttribute('aria-modal') !== 'true').toBe(true);
  });
});

function ModalInPlace({ open, onClose, children }: ModalProps) {
  return (
    <MuiDialog disablePortal open={open} onClose={onClose} transitionDuration={0} aria-label="Order">
      <div style={box}>{children}</div>
    </MuiDialog>
  );
}

it.each(firstOnReact18(['replace', 'hide', 'overlay'] as const))(
  'unblocks the page if its gate hides a modal dialog that is not in a portal: %s',
  async (closed) => {
    const page = await openModal(ModalInPlace, closed);
    const blocked = blocks(page.find('#before'));

    await page.set({ search: true });
    expect(blocked).not.toEqual([]);
    expect(blocks(page.find('#after'))).toEqual([]);
    await page.set({ search: false });

    expect(page.find<HTMLInputElement>('#field').value).toBe('half');
    expect(blocks(page.find('#before'))).toEqual(blocked);
  },
);

function StubbornModal({ open, children }: ModalProps) {
  return (
    <MuiDialog open={open} transitionDuration={0} aria-label="Order">
      <div style={box}>{children}</div>
    </MuiDialog>
  );
}

it.each(firstOnReact18(['disable', 'read-only', 'overlay'] as const))(
  'hides a modal dialog that does not close on request, until the gate opens: %s',
  async (closed) => {
    const page = await openModal(StubbornModal, closed);
    await page.set({ search: true });

    await userEvent.click(page.find('[data-maintenance-close]'));
    await expect.poll(() => blocks(page.find('#after')), { timeout: 10_000 }).toEqual([]);
    expect(document.activeElement).not.toBe(document.body);
    await userEvent.click(page.find('#after'));
    await page.set({ search: false });

    expect(hits).toEqual(['after']);
    expect(page.find<HTMLInputElement>('#field').value).toBe('half');
    expect(page.find('#field').closest('[inert]')).toBeNull();
    expect(blocks(page.find('#after'))).not.toEqual([]);
  },
);

it('does not block the page if the app closed the modal dialog while it was hidden', async () => {
  function Closable() {
    const [open, setOpen] = useState(false);
    useEffect(() => {
      const close = () => setOpen(false);
      addEventListener('app-closes', close);
      return () => removeEventListener('app-closes', close);
    }, []);
    return (
      <>
        <button id="open" onClick={() => setOpen(true)}>
          Open
        </button>
        <MuiModal open={open} onClose={() => setOpen(false)}>
          <input id="field" />
        </MuiModal>
      </>
    );
  }
  const page = await openPage(
    <>
      <MaintenanceGate feature="search">
        <Closable />
      </MaintenanceGate>
      <button id="after">After</button>
    </>,
  );
  await userEvent.click(page.find('#open'));
  await expect.poll(modal).not.toBeNull();

  await page.set({ search: true });
  dispatchEvent(new Event('app-closes'));
  await expect.poll(modal).toBeNull();
  await page.set({ search: false });

  expect(blocks(page.find('#after'))).toEqual([]);
});

it.each(['replace', 'read-only'] as const)(
  'does not change a dialog of MUI that stays mounted while it is closed: %s',
  async (closed) => {
    const page = await openPage(
      <>
        <div id="icon" aria-hidden="true" />
        <MaintenanceGate feature="search" whenClosed={closed}>
          <MuiDialog open={false} keepMounted aria-label="Order">
            <button>Send</button>
          </MuiDialog>
        </MaintenanceGate>
      </>,
    );

    await page.set({ search: true });
    expect(note()).toBeNull();
    await page.set({ search: false });

    expect(page.find('#icon').ariaHidden).toBe('true');
  },
);

it('keeps the page blocked for an open modal dialog outside of the gate', async () => {
  const page = await openPage(
    <>
      <MaintenanceGate feature="search">
        <Part Modal={MuiModal} />
      </MaintenanceGate>
      <button id="after">After</button>
    </>,
  );
  await userEvent.click(page.find('#open'));
  await expect.poll(modal).not.toBeNull();
  await page.render(
    <>
      <MaintenanceGate feature="search">
        <Part Modal={MuiModal} />
      </MaintenanceGate>
      <button id="after">After</button>
      <MuiModal open onClose={() => {}}>
        <button id="other">Other</button>
      </MuiModal>
    </>,
  );

  await page.set({ search: true });

  expect(blocks(page.find('#after'))).toContain('out of reach');
});
