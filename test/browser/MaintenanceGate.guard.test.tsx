import { useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inTurn } from '../inTurn.js';
import { debuggingProtocol } from './chromium.js';
import { Everything } from './Everything.js';
import { frames, openPage, type OpenPage } from './openPage.js';

const guards: readonly ClosedBehavior[] = ['disable', 'read-only'];
const textControls = ['text', 'area', 'number', 'date', 'rich', 'in-portal', 'rich-portal'];
const choices = ['range', 'select', 'popup', 'radio1', 'portal-range'];
const pressed = ['custom', 'button', 'send', 'clear', 'file', 'color', 'open', 'portal', 'check', 'radio2'];

// Without this option the driver waits until the element is enabled.
const anyway = { force: true };

/** A button with a tooltip, as most libraries make it: its description is replaced while the tooltip is open. */
function WithTooltip({
  id,
  describedBy,
}: {
  readonly id: string;
  readonly describedBy?: string;
}): React.JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        id={id}
        aria-describedby={isOpen ? 'tip' : describedBy}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
      >
        Send
      </button>
      {isOpen && <span id="tip">To everyone</span>}
    </>
  );
}

it.each(guards)(
  'a control keeps the description with the reason while its tooltip opens and closes: %s',
  async (closed) => {
    const page = await openPage(
      <>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <p id="hint">A hint.</p>
          <WithTooltip id="plain" />
          <WithTooltip id="hinted" describedBy="hint" />
        </MaintenanceGate>
        <button id="elsewhere">Elsewhere</button>
      </>,
    );
    const descriptions = () =>
      ['plain', 'hinted'].map((id) => page.find(`#${id}`).getAttribute('aria-describedby'));
    await page.set({ search: true });
    const { id } = page.find('[data-maintenance-notice]');
    const focusOn = async (selector: string) => {
      page.find(selector).focus();
      await frames();
    };

    await focusOn('#plain');
    expect(descriptions()).toEqual([`tip ${id}`, `hint ${id}`]);
    await focusOn('#hinted');
    expect(descriptions()).toEqual([id, `tip ${id}`]);
    await focusOn('#elsewhere');
    expect(descriptions()).toEqual([id, `hint ${id}`]);
    await page.set({ search: false });

    expect(descriptions()).toEqual([null, 'hint']);
  },
);

describe.each(guards)('a gate that closes with %s', (closed) => {
  async function openClosed(): Promise<{ page: OpenPage; hits: string[]; before: unknown }> {
    const hits: string[] = [];
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Everything onHit={(what) => hits.push(what)} />
      </MaintenanceGate>,
    );
    const before = whatIsThere();
    await page.set({ search: true });
    return { page, hits, before };
  }

  it('keeps every value of the form', async () => {
    const { before } = await openClosed();

    expect(whatIsThere()).toEqual(before);
    expect(before).toMatchObject({ text: 'half typed', file: expect.any(File), range: '50', select: 'b' });
  });

  it.each(inTurn(textControls, closed, guards))(
    'blocks typing, pasting, cutting, dropping and deleting: %s',
    async (id) => {
      const { page, before } = await openClosed();
      const field = page.find(`#${id}`);

      await userEvent.click(field, anyway);
      expect(document.activeElement).toBe(field);
      await userEvent.keyboard(
        'x{Backspace}{Delete}{ArrowUp}{Enter}{Control>}a{/Control}{Control>}x{/Control}{Control>}z{/Control}',
      );
      await userEvent.paste();
      document.execCommand('insertText', false, 'inserted');

      expect(whatIsThere()).toEqual(before);
    },
  );

  it.each(inTurn(pressed, closed, guards))('blocks activation by pointer and keyboard: %s', async (id) => {
    const { page, hits, before } = await openClosed();
    const control = page.find(`#${id}`);

    await userEvent.click(control, anyway);
    await userEvent.dblClick(control, anyway);
    control.focus();
    await userEvent.keyboard('{Enter} ');
    control.click();

    expect(hits).toEqual([]);
    expect(whatIsThere()).toEqual(before);
    expect(location.hash).toBe('');
    expect(document.querySelector('dialog[open]')).toBeNull();
  });

  it.each(inTurn(choices, closed, guards))(
    'blocks changes of a selection by keys and pointer: %s',
    async (id) => {
      const { page, before } = await openClosed();
      const control = page.find(`#${id}`);

      control.focus();
      await userEvent.keyboard('{ArrowRight}{ArrowDown}{Home}{End}{PageUp}a');
      await userEvent.click(control, { position: { x: 8, y: 8 }, force: true });

      expect(whatIsThere()).toEqual(before);
    },
  );

  it.each(inTurn([...choices].reverse(), closed, guards))(
    'blocks changes of a selection by touch: %s',
    async (id) => {
      const { page, before } = await openClosed();

      await touch(page.find(`#${id}`));

      expect(whatIsThere()).toEqual(before);
    },
  );

  it('blocks every way to submit a form', async () => {
    const { page, hits } = await openClosed();
    const form = page.find<HTMLFormElement>('form');

    await userEvent.click(page.find('#text'), anyway);
    await userEvent.keyboard('{Enter}');
    form.requestSubmit();

    expect(hits).toEqual([]);
  });

  it('blocks <details> and everything inside a frame', async () => {
    const { page } = await openClosed();

    await userEvent.click(page.find('summary'), anyway);
    page.find('#frame').focus();

    expect(page.find<HTMLDetailsElement>('#details').open).toBe(false);
    expect(document.activeElement).not.toBe(page.find('#frame'));
  });

  it('tells assistive technology which controls do not work, and why', async () => {
    const { page } = await openClosed();
    for (const id of ['in-portal', 'rich-portal', 'portal', 'portal-range']) page.find(`#${id}`).focus();
    const nodes = await accessibleNodes();
    const controls = nodes.filter(({ role }) =>
      /^(textbox|checkbox|radio|slider|button|listbox|combobox|spinbutton|Date|ColorWell|DisclosureTriangle)$/.test(
        role?.value,
      ),
    );
    const group = nodes.find(({ role, name }) => role?.value === 'group' && name?.value === 'search');
    const fields = controls.filter((node) => role(node) === 'textbox');
    const readOnly = fields.filter((node) => has(node, 'readonly') && !has(node, 'disabled'));
    const others = controls.filter((node) => !/^(textbox|spinbutton|Date)$/.test(String(role(node))));

    // The parts of a date field, which the browser creates, have no descriptions.
    const described = controls.filter((node) => !/^(Month|Day|Year)|Show date picker/.test(nameOf(node)));
    expect(described.length).toBeGreaterThan(15);
    expect(
      described.filter((node) => !description(node).includes('search is unavailable')).map(nameOf),
    ).toEqual([]);
    expect(readOnly.map(nameOf)).toEqual(fields.map(nameOf));
    expect(readOnly.length).toBeGreaterThan(3);
    expect(others.filter((node) => !has(node, 'disabled')).map(nameOf)).toEqual([]);
    expect(has(group, 'disabled')).toBeFalsy();
    expect(description(group)).toContain('search is unavailable');
  });

  it('lets Tab move through its controls and out of the gate', async () => {
    const { page } = await openClosed();
    page.find('#text').focus();
    const visited = new Set<string>();

    for (
      let step = 0;
      step < 40 && document.activeElement?.closest('[data-maintenance-content]');
      step += 1
    ) {
      visited.add(document.activeElement.id);
      await userEvent.tab();
    }

    expect(document.activeElement?.closest('[data-maintenance-content]') ?? null).toBeNull();
    expect([...visited]).toEqual(
      expect.arrayContaining([
        'text',
        'area',
        'check',
        'range',
        'select',
        'rich',
        'link',
        'custom',
        'button',
      ]),
    );
  });

  it('lets people copy their text', async () => {
    const { page } = await openClosed();
    const copied: string[] = [];
    document.addEventListener('copy', () => copied.push(String(getSelection())), { once: true });

    await userEvent.click(page.find('#area'), anyway);
    await userEvent.keyboard('{Control>}a{/Control}{Control>}c{/Control}');

    expect(copied).toEqual(['half typed']);
  });

  it('is restored when it reopens', async () => {
    const { page, hits } = await openClosed();

    await page.set({ search: false });
    await userEvent.click(page.find('#text'), anyway);
    await userEvent.keyboard('{End}!');
    await userEvent.click(page.find('#rich-portal'), anyway);
    await userEvent.keyboard('{End}!');
    await userEvent.click(page.find('#button'), anyway);

    expect(page.find<HTMLInputElement>('#text').value).toBe('half typed!');
    expect(page.find('#rich-portal').textContent).toBe('half typed!');
    expect(hits).toEqual(['button']);
    expect(
      document.querySelectorAll('[readonly],[inert],[contenteditable=false],#rich[tabindex]'),
    ).toHaveLength(0);
  });
});

describe.each(guards)('Escape in a text, in a gate that closes with %s', (closed) => {
  /** Clears its text with Escape, as most searches and comboboxes do. */
  function Search({ isOpen = false, tooltip }: { readonly isOpen?: boolean; readonly tooltip?: ReactNode }) {
    const [text, setText] = useState('half typed');
    return (
      <>
        <input
          id="search"
          role="combobox"
          aria-expanded={isOpen}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={({ key }) => key === 'Escape' && setText('')}
        />
        {tooltip}
      </>
    );
  }

  it.each([
    ['nothing is open', <Search key="closed" />, 'half typed'],
    ['its list is open', <Search key="open" isOpen />, ''],
    ['a tooltip is open', <Search key="tooltip" tooltip={<i role="tooltip">All shops</i>} />, ''],
    [
      'it is in a dialog',
      <div key="dialog" role="dialog">
        <Search />
      </div>,
      '',
    ],
  ])('reaches the app only if it may close something: %s', async (_what, search, after) => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        {search}
      </MaintenanceGate>,
    );
    page.find('#search').focus();
    await page.set({ search: true });

    await userEvent.keyboard('{Escape}');

    expect(page.find<HTMLInputElement>('#search').value).toBe(after);
  });
});

it.each(guards)(
  'a gate that closes with %s blocks changes of a selection by keys and the mouse wheel',
  async (closed) => {
    const hits: string[] = [];
    const onWheel = (element: HTMLElement | null) => {
      element?.addEventListener('wheel', () => hits.push(`wheel ${element.id}`));
    };
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <div id="box" ref={onWheel} tabIndex={0} onKeyPress={({ key }) => hits.push(key)}>
          <input id="number" ref={onWheel} inputMode="numeric" />
          <div id="stars" ref={onWheel} role="slider" aria-valuenow={3} tabIndex={0}>
            3 stars
          </div>
        </div>
      </MaintenanceGate>,
    );
    await page.set({ search: true });

    page.find('#box').focus();
    await userEvent.keyboard('b');
    for (const id of ['#number', '#stars']) await userEvent.wheel(page.find(id), { delta: { y: 10 } });

    expect(hits).toEqual([]);
  },
);

it('would leave links, editors, choices and portals working if it only disabled a fieldset: these tests would fail', async () => {
  const hits: string[] = [];
  const page = await openPage(
    <fieldset disabled>
      <Everything onHit={(what) => hits.push(what)} />
    </fieldset>,
  );

  await userEvent.click(page.find('#link'));
  await userEvent.click(page.find('#custom'));
  await userEvent.click(page.find('#portal'));
  await userEvent.click(page.find('#rich'));
  await userEvent.keyboard('{End}!');

  expect(hits).toEqual(['link', 'custom pointer', 'custom', 'portal']);
  expect(page.find('#rich').textContent).toBe('half typed!');
  expect([...new FormData(page.find<HTMLFormElement>('form'))]).toEqual([]);
  location.hash = '';
});

it('blocks links while it is closed with disable, and marks them as disabled', async () => {
  const hits: string[] = [];
  const page = await openLinks('disable', hits);

  for (const id of ['link', 'no-link']) {
    await userEvent.click(page.find(`#${id}`), anyway);
    page.find(`#${id}`).focus();
    await userEvent.keyboard('{Enter}');
  }

  expect(hits).toEqual([]);
  expect(location.hash).toBe('');
  expect(page.find('#link').getAttribute('aria-disabled')).toBe('true');
  expect(page.find('#link').getAttribute('aria-describedby')).toBeTruthy();
});

it('keeps links working while it is closed with read-only, except for links without a target', async () => {
  const hits: string[] = [];
  const page = await openLinks('read-only', hits);

  await userEvent.click(page.find('#link'));
  expect(location.hash).toBe('#elsewhere');
  page.find('#link').focus();
  await userEvent.keyboard('{Enter}');
  for (const id of ['no-link', 'link-button']) await userEvent.click(page.find(`#${id}`), anyway);

  expect(hits).toEqual(['link', 'link']);
  expect(page.find('#link').hasAttribute('aria-disabled')).toBe(false);
  expect(page.find('#link').hasAttribute('aria-describedby')).toBe(false);
  expect(page.find('#no-link').getAttribute('aria-disabled')).toBe('true');
  expect(page.find('#link-button').getAttribute('aria-disabled')).toBe('true');
  location.hash = '';
});

it('keeps the existing description of a control, and restores it', async () => {
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed="read-only">
      <input id="field" aria-describedby="hint" />
      <button id="button">Send</button>
      <p id="hint">With area code</p>
      <div id="scroller" tabIndex={0} role="region" aria-label="Results" />
    </MaintenanceGate>,
  );
  await page.set({ search: true });
  const notice = page.find('[data-maintenance-notice]');

  expect(page.find('#field').getAttribute('aria-describedby')).toBe(`hint ${notice.id}`);
  expect(page.find('#button').getAttribute('aria-describedby')).toBe(notice.id);
  expect(page.find('#scroller').getAttributeNames()).not.toContain('aria-disabled');
  expect(page.find('#scroller').closest('[aria-disabled]')).toBeNull();

  await page.set({ search: false });
  expect(page.find('#field').getAttribute('aria-describedby')).toBe('hint');
  expect(page.find('#button').getAttributeNames()).toEqual(['id']);
});

it('describes controls in shadow roots with the reason, also in an element that is defined later', async () => {
  const name = `late-${crypto.randomUUID()}`;
  // React renders any element name, but its types only have those of HTML.
  const Late = name as 'div';
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed="read-only">
      <div id="host" />
      <Late id="late" />
    </MaintenanceGate>,
  );
  const content = '<p id="hint">A hint.</p><button aria-describedby="hint">Send</button>';
  page.find('#host').attachShadow({ mode: 'open' }).innerHTML = content;
  await page.set({ search: true });
  customElements.define(
    name,
    class extends HTMLElement {
      connectedCallback() {
        this.attachShadow({ mode: 'open' }).innerHTML = content;
      }
    },
  );
  await frames();

  const buttons = ['#host', '#late'].map((id) => page.find(id).shadowRoot?.querySelector('button'));
  for (const button of buttons) {
    expect(button?.ariaDescribedByElements?.map(({ textContent }) => textContent)).toEqual([
      'A hint.',
      page.find('[data-maintenance-notice]').textContent,
    ]);
    expect(button?.getAttribute('aria-disabled')).toBe('true');
  }

  await page.set({ search: false });
  for (const button of buttons)
    expect(button?.outerHTML).toBe('<button aria-describedby="hint">Send</button>');
});

it('describes a control by text if it cannot refer to an element: in a portal of a gate in a shadow root', async () => {
  const host = document.body.appendChild(document.createElement('div'));
  onTestFinished(() => host.remove());
  const page = await openPage(
    createPortal(
      <MaintenanceGate feature="search" whenClosed="read-only">
        {createPortal(<button id="away">Send</button>, document.body)}
      </MaintenanceGate>,
      host.attachShadow({ mode: 'open' }),
    ),
  );
  await page.set({ search: true });

  page.find('#away').focus();

  expect(page.find('#away').ariaDescription).toMatch(/^search is unavailable\s+There is no end time yet/);
});

describe.each(['disable', 'read-only', 'overlay'] as const)(
  'a menu of a gate that closes with %s',
  (closed) => {
    function WithMenu() {
      const [isOpen, setOpen] = useState(false);
      const trigger = useRef<HTMLButtonElement>(null);
      const close = () => {
        setOpen(false);
        trigger.current?.focus();
      };
      return (
        <>
          <button id="trigger" ref={trigger} onClick={() => setOpen(true)}>
            Menu
          </button>
          {isOpen &&
            createPortal(
              <div>
                <div id="behind" style={{ position: 'fixed', inset: 0 }} onPointerDown={close} />
                <div
                  role="menu"
                  tabIndex={-1}
                  ref={(menu) => menu?.focus()}
                  onKeyDown={({ key }) => key === 'Escape' && close()}
                >
                  <button role="menuitem">Item</button>
                </div>
              </div>,
              document.body,
            )}
        </>
      );
    }

    async function openMenu() {
      const page = await openPage(
        <MaintenanceGate feature="search" whenClosed={closed}>
          <WithMenu />
        </MaintenanceGate>,
      );
      await userEvent.click(page.find('#trigger'));
      await page.set({ search: true });
      return page;
    }

    it('closes with a press on the layer that the library puts over the page', async () => {
      const page = await openMenu();

      await userEvent.click(page.find('#behind'), { position: { x: 600, y: 400 } });

      expect(document.querySelector('[role=menu]')).toBeNull();
    });

    it('does not leave focus on the body when it closes', async () => {
      await openMenu();

      await userEvent.keyboard('{Escape}');
      await frames();

      expect(document.querySelector('[role=menu]')).toBeNull();
      const expected = closed === 'overlay' ? '[data-maintenance-notice]' : '#trigger';
      expect(document.activeElement?.matches(expected)).toBe(true);
    });
  },
);

/** Records the events that a widget hears on the document, as most do while something is open or dragged. */
function listenOnDocument(...types: string[]): string[] {
  const heard: string[] = [];
  for (const type of types) {
    const listener = (event: Event) => heard.push(event instanceof KeyboardEvent ? event.key : type);
    document.addEventListener(type, listener, true);
    onTestFinished(() => document.removeEventListener(type, listener, true));
  }
  return heard;
}

it.each(['replace', 'hide', 'overlay'] as const)(
  'blocks keys on the element that got focus, except Tab, Escape and shortcuts: %s',
  async (closed) => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <input id="field" />
      </MaintenanceGate>,
    );
    page.find('#field').focus();
    await page.set({ search: true });
    const heard = listenOnDocument('keydown');

    await userEvent.keyboard('a{ArrowDown}{Enter} {Delete}{Escape}{Control>}k{/Control}{Tab}');

    expect(heard).toEqual(['Escape', 'Control', 'k', 'Tab']);
  },
);

it.each(['replace', 'hide', 'disable', 'read-only', 'overlay'] as const)(
  'a drag that began before the gate closed is cancelled when it is released: %s',
  async (closed) => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <div id="card">Card</div>
      </MaintenanceGate>,
    );
    const heard = listenOnDocument('pointerup', 'pointercancel', 'mouseup');
    const send = (type: string) => {
      const options = { bubbles: true, composed: true, cancelable: true, view: window };
      page.find('#card').dispatchEvent(new PointerEvent(`pointer${type}`, { ...options, pointerId: 7 }));
      page.find('#card').dispatchEvent(new MouseEvent(`mouse${type}`, options));
    };
    send('down');
    await page.set({ search: true });

    send('up');

    expect(heard).toEqual(['pointercancel', 'pointerup', 'mouseup']);
    await page.set({ search: false });
    heard.length = 0;
    send('down');
    send('up');
    expect(heard).toEqual(['pointerup', 'mouseup']);
  },
);

it('keeps focus in a field whose label is pressed', async () => {
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed="disable">
      <label id="label">
        <input id="field" type="checkbox" /> Drafts
      </label>
    </MaintenanceGate>,
  );
  await userEvent.click(page.find('#field'));
  await page.set({ search: true });

  await userEvent.click(page.find('#label'), { ...anyway, position: { x: 40, y: 8 } });

  expect(document.activeElement).toBe(page.find('#field'));
  expect(page.find<HTMLInputElement>('#field').checked).toBe(true);
});

it('keeps allowed elements working', async () => {
  const hits: string[] = [];
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed="read-only">
      <div data-maintenance-allow="">
        <input id="filter" />
        <button id="show" onClick={() => hits.push('show')}>
          Show replies
        </button>
      </div>
    </MaintenanceGate>,
  );
  await page.set({ search: true });

  await userEvent.click(page.find('#show'));
  await userEvent.click(page.find('#filter'));
  await userEvent.keyboard('abc');

  expect(hits).toEqual(['show']);
  expect(page.find<HTMLInputElement>('#filter').value).toBe('abc');
});

async function openLinks(closed: ClosedBehavior, hits: string[]): Promise<OpenPage> {
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed={closed}>
      <a id="link" href="#elsewhere" onClick={() => hits.push('link')}>
        Link
      </a>
      <a id="no-link" href="#" onClick={() => hits.push('no link')}>
        Save
      </a>
      <a id="link-button" href="#save" role="button" onClick={() => hits.push('link button')}>
        Save
      </a>
    </MaintenanceGate>,
  );
  await page.set({ search: true });
  return page;
}

/** Everything that a person could have changed. */
function whatIsThere(): Record<string, unknown> {
  const form = document.querySelector('form');
  if (!form) throw new Error('There is no form');
  return {
    ...Object.fromEntries(new FormData(form)),
    ...Object.fromEntries(
      ['#rich', '#rich-portal', '#in-portal', '#portal-range'].map((selector) => {
        const element = document.querySelector(selector);
        return [selector, element instanceof HTMLInputElement ? element.value : element?.textContent];
      }),
    ),
    chosen: [...document.querySelectorAll<HTMLInputElement>('input')].map(({ checked }) => checked),
  };
}

async function touch(element: Element): Promise<void> {
  element.scrollIntoView({ block: 'nearest' });
  const { left, top, height } = element.getBoundingClientRect();
  const frame = window.frameElement?.getBoundingClientRect();
  const scale = frame ? frame.width / innerWidth : 1;
  const at = (x: number) => ({
    x: (frame?.left ?? 0) + (left + x) * scale,
    y: (frame?.top ?? 0) + (top + height / 2) * scale,
  });
  await debuggingProtocol().send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at(20)] });
  await debuggingProtocol().send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [at(60)] });
  await debuggingProtocol().send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

function nameOf(node: AccessibleNode | undefined): string {
  return String(node?.name?.value);
}

function role(node: AccessibleNode): unknown {
  return node.role?.value;
}

function description(node: AccessibleNode | undefined): string {
  return String(node?.description?.value);
}

type AccessibleNode = Awaited<ReturnType<typeof accessibleNodes>>[number];

/** What assistive technology is given of the page under test, which is in a frame of the driver's own. */
async function accessibleNodes() {
  const { frameTree } = await debuggingProtocol().send('Page.getFrameTree');
  const frameId = frameTree.childFrames?.[0]?.frame.id;
  const { nodes } = await debuggingProtocol().send('Accessibility.getFullAXTree', frameId ? { frameId } : {});
  return nodes;
}

function has(node: AccessibleNode | undefined, property: string): unknown {
  return node?.properties?.find(({ name }) => name === property)?.value.value;
}
