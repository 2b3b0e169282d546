import { useRef } from 'react';
import { createPortal } from 'react-dom';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { server, userEvent } from 'vitest/browser';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { frames, openPage } from './openPage.js';

const leaving: readonly ClosedBehavior[] = ['replace', 'hide', 'overlay', 'disable'];

describe.each(leaving)('a modal dialog opened from inside a gate that closes with %s', (closed) => {
  it.each([false, true])(
    'is hidden, so that the page works, and is restored; in a portal: %s',
    async (inPortal) => {
      const hits: string[] = [];
      const page = await openPage(
        <>
          <MaintenanceGate feature="search" whenClosed={closed}>
            <WithDialog inPortal={inPortal} onHit={(what) => hits.push(what)} />
          </MaintenanceGate>
          <div>
            <button id="outside" onClick={() => hits.push('outside')}>
              Outside
            </button>
          </div>
        </>,
      );
      await userEvent.click(page.find('#open'));
      await userEvent.click(page.find('#field'));
      await userEvent.keyboard(`half typed${'{ArrowLeft}'.repeat(6)}`);

      await page.set({ search: true });
      expect(document.activeElement).not.toBe(document.body);
      await userEvent.click(page.find('#outside'));
      await userEvent.click(document.body, { position: { x: 1, y: 1 } });
      await page.set({ search: false });

      expect(hits).toEqual(['outside']);
      expect(page.find('dialog').matches(':modal')).toBe(true);
      expect(document.activeElement).toBe(page.find('#field'));
      await userEvent.keyboard('_');
      expect(page.find<HTMLInputElement>('#field').value).toBe('half_ typed');
      await userEvent.keyboard('{Escape}');
      await frames();
      expect(hits).toEqual(['outside', 'close']);
    },
  );
});

it.each([
  ['outer', 'inner'],
  ['inner', 'outer'],
])(
  'a modal dialog in two closed gates does not block the page before both are open: %s first',
  async (...order) => {
    const page = await openPage(
      <>
        <MaintenanceGate feature="outer">
          <MaintenanceGate feature="inner" whenClosed="disable">
            <dialog>
              <button>Close</button>
              <input id="field" />
            </dialog>
          </MaintenanceGate>
        </MaintenanceGate>
        <input id="outside" />
      </>,
    );
    page.find<HTMLDialogElement>('dialog').showModal();
    await userEvent.click(page.find('#field'));

    await page.set({ outer: true });
    await page.set({ inner: true });
    await page.set({ [order[0]]: false });
    expect(page.find('dialog').matches(':modal')).toBe(false);
    expect(document.activeElement).not.toBe(document.body);
    await page.set({ [order[1]]: false });

    expect(page.find('dialog').matches(':modal')).toBe(true);
    expect(document.activeElement).toBe(page.find('#field'));
  },
);

it.each(leaving)('leaves the modal dialog open that it is in: %s', async (closed) => {
  const page = await openPage(
    <dialog>
      <form method="dialog">
        <MaintenanceGate feature="search" whenClosed={closed}>
          <input id="field" />
        </MaintenanceGate>
      </form>
    </dialog>,
  );
  page.find<HTMLDialogElement>('dialog').showModal();
  await userEvent.click(page.find('#field'));

  await page.set({ search: true });
  expect(page.find('dialog').matches(':modal')).toBe(true);
  expect(document.activeElement).not.toBe(document.body);
  await page.set({ search: false });

  expect(document.activeElement).toBe(page.find('#field'));
});

describe.each(['replace', 'hide', 'overlay', 'read-only'] as const)(
  'a gate that closes with %s',
  (closed) => {
    it('does not change the page for dialogs that are mounted but closed, and for lists and menus of the page', async () => {
      const heard: string[] = [];
      const hear = ({ type }: Event) => heard.push(type);
      document.addEventListener('pointerdown', hear);
      document.body.style.overflow = 'hidden';
      onTestFinished(() => {
        document.removeEventListener('pointerdown', hear);
        document.body.style.overflow = '';
      });
      const page = await openPage(
        <>
          <div id="icon" aria-hidden="true" />
          <MaintenanceGate feature="search" whenClosed={closed}>
            <div aria-hidden="true">
              <div role="dialog" aria-modal="true" />
            </div>
            <div role="dialog" aria-modal="true" style={{ visibility: 'hidden' }} />
            <div role="dialog" style={{ display: 'none' }} />
            <div role="dialog" aria-label="Cookies" />
            <ul role="listbox" />
            <ul role="menu" />
          </MaintenanceGate>
          <button id="after">After</button>
        </>,
      );
      const looks = () => [page.find('#icon').ariaHidden, getComputedStyle(document.body).overflowY];

      await page.set({ search: true });
      expect(document.querySelector('[data-maintenance-modal-note]')).toBeNull();
      expect(looks()).toEqual(['true', 'hidden']);
      await userEvent.click(page.find('#after'));
      await page.set({ search: false });

      expect(looks()).toEqual(['true', 'hidden']);
      expect(heard).toEqual(['pointerdown']);
    });
  },
);

describe('a modal dialog in the shadow root of a custom element', () => {
  it.each(leaving)('is hidden and restored as other dialogs are: %s', async (closed) => {
    const hits: string[] = [];
    const page = await openPage(
      <>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <ShadowDialog onHit={(what) => hits.push(what)} />
        </MaintenanceGate>
        <button id="outside" onClick={() => hits.push('outside')}>
          Outside
        </button>
      </>,
    );
    await userEvent.click(page.find('#open'));
    await userEvent.click(page.find('#field'));
    await userEvent.keyboard('half typed');

    await page.set({ search: true });
    expect(document.activeElement).not.toBe(document.body);
    await userEvent.click(page.find('#outside'));
    await page.set({ search: false });

    expect(hits).toEqual(['outside']);
    expect(document.activeElement).toBe(page.find('#field'));
    await userEvent.keyboard('!');
    expect(page.find<HTMLInputElement>('#field').value).toBe('half typed!');
    await userEvent.keyboard('{Escape}');
    await frames();
    expect(hits).toEqual(['outside', 'close']);
  });

  it('says why nothing works in it while its gate is read-only, and has a button that closes it', async () => {
    const hits: string[] = [];
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed="read-only">
        <ShadowDialog onHit={(what) => hits.push(what)} />
      </MaintenanceGate>,
    );
    await userEvent.click(page.find('#open'));

    await page.set({ search: true });

    const note = page.find('#host').shadowRoot?.querySelector('[data-maintenance-modal-note]');
    expect(note?.textContent).toContain('search is unavailable');
    const close = note?.querySelector('button');
    if (!close) throw new Error('There is no button.');
    await userEvent.click(close);
    await frames();
    expect(hits).toEqual(['close']);
  });
});

it.each(['replace', 'overlay', 'disable', 'read-only'] as const)(
  'is not searched for when something else on the page changes while a gate is closed: %s',
  async (closed) => {
    const page = await openPage(
      <>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <ul id="list" />
        </MaintenanceGate>
        <div id="ticker" />
      </>,
    );
    await page.set({ search: true });
    const content = page.find('#list').parentElement;
    const search = vi.spyOn(Element.prototype, 'querySelectorAll');
    onTestFinished(() => search.mockRestore());
    const searches = () => search.mock.contexts.filter((element) => element === content);

    page.find('#ticker').append(document.createElement('b'));
    document.body.setAttribute('data-tick', '');
    await frames();
    expect(searches()).toEqual([]);

    page.find('#list').append(Object.assign(document.createElement('li'), { role: 'dialog' }));
    await frames();
    expect(searches()).not.toEqual([]);
  },
);

it('says why nothing works in it if a shadow root opens it while its gate is closed', async () => {
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed="read-only">
      <ShadowDialog onHit={() => {}} />
    </MaintenanceGate>,
  );
  await page.set({ search: true });
  const dialog = page.find('#host').shadowRoot?.querySelector('dialog');

  dialog?.showModal();
  await frames();

  expect(dialog?.querySelector('[data-maintenance-modal-note]')?.textContent).toContain(
    'search is unavailable',
  );
});

it('restores focus to the field that had it, and not to the first field of the dialog', async () => {
  const page = await openPage(
    <MaintenanceGate feature="search">
      <WithDialog inPortal={false} onHit={() => {}} />
    </MaintenanceGate>,
  );
  await userEvent.click(page.find('#open'));
  page.find('#note').focus();
  page.find<HTMLTextAreaElement>('#note').setSelectionRange(1, 3, 'backward');

  await page.set({ search: true });
  page.find<HTMLTextAreaElement>('#note').setSelectionRange(0, 0);
  await page.set({ search: false });

  expect(document.activeElement).toBe(page.find('#note'));
  const { selectionStart, selectionEnd, selectionDirection } = page.find<HTMLTextAreaElement>('#note');
  expect([selectionStart, selectionEnd, selectionDirection]).toEqual([1, 3, 'backward']);
});

it('restores focus to a field whose new type has no caret', async () => {
  const page = await openPage(
    <MaintenanceGate feature="search">
      <WithDialog inPortal={false} onHit={() => {}} />
    </MaintenanceGate>,
  );
  await userEvent.click(page.find('#open'));
  page.find('#field').focus();

  await page.set({ search: true });
  page.find<HTMLInputElement>('#field').type = 'email';
  await page.set({ search: false });

  expect(document.activeElement).toBe(page.find('#field'));
});

it('stays readable while its gate is read-only, closes with Escape, and allows nothing else', async () => {
  const hits: string[] = [];
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed="read-only">
      <WithDialog inPortal onHit={(what) => hits.push(what)} />
    </MaintenanceGate>,
  );
  await userEvent.click(page.find('#open'));
  await userEvent.click(page.find('#field'));
  await userEvent.keyboard('half typed');

  await page.set({ search: true });
  await userEvent.keyboard('!');
  await userEvent.click(page.find('#save'), { force: true });
  expect(page.find<HTMLInputElement>('#field').value).toBe('half typed');
  expect(hits).toEqual([]);
  await userEvent.keyboard('{Escape}');
  await frames();

  expect(hits).toEqual(['close']);
});

it('says why nothing works in it while its gate is read-only, and has a button that closes it', async () => {
  const hits: string[] = [];
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed="read-only">
      <WithDialog inPortal onHit={(what) => hits.push(what)} />
    </MaintenanceGate>,
    {},
    { locale: 'nl' },
  );
  await userEvent.click(page.find('#open'));
  await page.set({ search: true });

  const note = page.find('[data-maintenance-modal-note]');
  expect(page.find('dialog').contains(note)).toBe(true);
  expect(note.textContent).toContain('search is unavailable');
  // Its title and its details, without an empty line between them.
  expect(note.querySelector('p')?.textContent.split('\n')).toHaveLength(2);
  // The page has a language whose texts are missing.
  expect(note.querySelector('p')?.lang).toBe('en');
  expect(note.querySelector('button')?.lang).toBe('en');
  await expect.poll(() => page.find('dialog [role=status]').textContent).toContain('search is unavailable');
  await userEvent.click(page.find('[data-maintenance-close]'));
  await frames();

  expect(page.find<HTMLDialogElement>('dialog').open).toBe(false);
  expect(hits).toEqual(['close']);
});

it('closes with a press on its backdrop while its gate is read-only, if the app listens for that', async () => {
  needPressesAnywhere();
  const hits: string[] = [];
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed="read-only">
      <WithDialog inPortal onHit={(what) => hits.push(what)} />
    </MaintenanceGate>,
  );
  await userEvent.click(page.find('#open'));
  await page.set({ search: true });

  const { right, bottom } = page.find('dialog').getBoundingClientRect();
  await userEvent.click(document.documentElement, {
    position: { x: right + 50, y: bottom + 50 },
    force: true,
  });

  expect(hits).toEqual(['backdrop']);
});

it('announces inside a modal dialog of the app, because the region of the page is hidden then', async () => {
  const page = await openPage(
    <>
      <MaintenanceGate feature="search">
        <p>Search</p>
      </MaintenanceGate>
      <dialog id="app">
        <button>Fine</button>
      </dialog>
    </>,
  );
  page.find<HTMLDialogElement>('#app').showModal();

  await page.set({ search: true });

  await expect.poll(() => document.querySelector('#app [role=status]')).not.toBeNull();
  // It is empty at first: the first content of a live region is not announced.
  expect(page.find('#app [role=status]').textContent).toBe('');
  await expect.poll(() => page.find('#app [role=status]').textContent).toContain('search is unavailable');
});

it('would block the page if it was only hidden: these tests would fail', async () => {
  needPressesAnywhere();
  const hits: string[] = [];
  const page = await openPage(
    <>
      <div id="part">
        <WithDialog inPortal={false} onHit={(what) => hits.push(what)} />
      </div>
      <button id="outside" onClick={() => hits.push('outside')}>
        Outside
      </button>
    </>,
  );
  await userEvent.click(page.find('#open'));

  page.find('#part').hidden = true;
  await userEvent.click(page.find('#outside'), { force: true });

  expect(hits).toEqual([]);
});

function needPressesAnywhere(): void {
  if (server.browser === 'safari') {
    throw new Error('Only in Chromium and Firefox: WebdriverIO presses only what nothing is in front of');
  }
}

/** A dialog as Material Web and Web Awesome make it: the content is in a slot. */
function ShadowDialog({ onHit }: { onHit: (what: string) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const attach = (host: HTMLElement | null) => {
    if (!host || host.shadowRoot) return;
    const root = host.attachShadow({ mode: 'open' });
    root.innerHTML = '<dialog><slot></slot></dialog>';
    dialog.current = root.querySelector('dialog');
    dialog.current?.addEventListener('close', () => onHit('close'));
  };
  return (
    <>
      <button id="open" onClick={() => dialog.current?.showModal()}>
        Open
      </button>
      <div id="host" ref={attach}>
        <input id="field" />
      </div>
    </>
  );
}

function WithDialog({ inPortal, onHit }: { inPortal: boolean; onHit: (what: string) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const element = (
    <dialog
      ref={dialog}
      onClose={() => onHit('close')}
      onClick={({ target, currentTarget }) => target === currentTarget && onHit('backdrop')}
    >
      <input id="field" />
      <textarea id="note" defaultValue="half typed" />
      <button id="save" onClick={() => onHit('save')}>
        Save
      </button>
    </dialog>
  );
  return (
    <>
      <button id="open" onClick={() => dialog.current?.showModal()}>
        Open
      </button>
      {inPortal ? createPortal(element, document.body) : element}
    </>
  );
}
