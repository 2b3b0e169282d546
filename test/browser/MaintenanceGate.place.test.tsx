import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { MaintenanceGate, MaintenancePage, useGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inTurn } from '../inTurn.js';
import { frames, openPage } from './openPage.js';

const leaving: readonly ClosedBehavior[] = ['replace', 'hide', 'overlay'];
const behaviors: readonly ClosedBehavior[] = [...leaving, 'disable', 'read-only'];
const focusEvents = ['blur', 'focusout', 'focus', 'focusin'] as const;

describe.each(leaving)('the focus move of a gate that closes with %s', (closed) => {
  it('sends no focus events to the page, in React or outside of it; a blur by the person does', async () => {
    const heard: string[] = [];
    const page = await openPage(
      <div onFocus={() => heard.push('React focus')} onBlur={() => heard.push('React blur')}>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <input id="search" />
        </MaintenanceGate>
        <button id="after">After</button>
      </div>,
    );
    await userEvent.click(page.find('#search'));
    heard.length = 0;
    for (const target of [document, page.find('#search')]) {
      for (const type of focusEvents) {
        const hear = (event: Event) => {
          // The focus in a notice is lost when the notice is removed. It is not a place to restore.
          if (!(event.target as Element).matches('[data-maintenance-notice]')) heard.push(type);
        };
        target.addEventListener(type, hear, true);
        onTestFinished(() => target.removeEventListener(type, hear, true));
      }
    }

    await page.set({ search: true });
    await page.set({ search: false });
    expect(document.activeElement).toBe(page.find('#search'));
    expect(heard).toEqual([]);
    await userEvent.tab();

    expect(heard).toContain('React blur');
    expect(heard).toContain('focusout');
  });

  it.each(
    inTurn(
      [
        ['outer', 'inner'],
        ['inner', 'outer'],
      ] as const,
      closed,
      leaving,
    ),
  )('is reversed in nested gates: first %s reopens, then %s', async (first, second) => {
    const page = await openPage(
      <MaintenanceGate feature="outer" whenClosed={closed}>
        <MaintenanceGate feature="inner" whenClosed={closed}>
          <input id="deep" />
        </MaintenanceGate>
      </MaintenanceGate>,
    );
    await userEvent.click(page.find('#deep'));
    await userEvent.keyboard(`half typed${'{ArrowLeft}'.repeat(6)}`);

    await page.set({ outer: true, inner: true });
    expect(document.activeElement).not.toBe(document.body);
    await page.set({ [first]: false });
    expect(document.activeElement).not.toBe(document.body);
    await page.set({ [second]: false });

    expect(document.activeElement).toBe(page.find('#deep'));
    expect(page.find<HTMLInputElement>('#deep').selectionStart).toBe(4);
  });

  it.each(
    inTurn(
      [
        ['site', 'search'],
        ['search', 'site'],
      ] as const,
      closed,
      leaving,
    ),
  )('is reversed in a gate inside a page: first %s reopens, then %s', async (first, second) => {
    const page = await openPage(
      <MaintenancePage feature="site">
        <MaintenanceGate feature="search" whenClosed={closed}>
          <input id="search" />
        </MaintenanceGate>
      </MaintenancePage>,
    );
    page.find('#search').focus();

    await page.set({ search: true });
    await page.set({ site: true });
    await page.set({ [first]: false });
    expect(document.activeElement).not.toBe(document.body);
    await page.set({ [second]: false });

    expect(document.activeElement).toBe(page.find('#search'));
  });

  it('is reversed in an editor that changes itself with useGate', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Follows />
      </MaintenanceGate>,
    );
    await userEvent.click(page.find('#rich'));
    await userEvent.keyboard(`{End}${'{ArrowLeft}'.repeat(6)}`);

    await page.set({ search: true });
    expect(document.activeElement).not.toBe(document.body);
    await page.set({ search: false });

    expect(document.activeElement).toBe(page.find('#rich'));
    await userEvent.keyboard('_');
    expect(page.find('#rich').textContent).toBe('half_ typed');
  });

  it('stays nearby when a virtualized row unmounts with its closed gate', async () => {
    const rows = (ids: readonly string[]) => (
      <ul tabIndex={0} id="rows">
        {ids.map((id) => (
          <li key={id}>
            <MaintenanceGate feature={id} whenClosed={closed}>
              <input id={id} />
            </MaintenanceGate>
          </li>
        ))}
      </ul>
    );
    const page = await openPage(rows(['one', 'two']));
    page.find('#one').focus();
    await page.set({ one: true });

    await page.render(rows(['two']));

    expect(document.activeElement).toBe(page.find('#rows'));
  });

  it('goes to the heading of the page when a closed gate unmounts and nothing nearby can be focused', async () => {
    const page = await openPage(
      <main>
        <h1 id="heading">Shop</h1>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <input id="search" />
        </MaintenanceGate>
      </main>,
    );
    page.find('#search').focus();
    await page.set({ search: true });

    await page.render(
      <div>
        <h1 id="heading">Shop</h1>
      </div>,
    );

    expect(document.activeElement).toBe(page.find('#heading'));
  });
});

describe.each(['replace', 'hide'] as const)('the focus move of a gate that closes with %s', (closed) => {
  it('is made as soon as the notice is not inert any more', async () => {
    function Page() {
      const [isInert, setInert] = useState(false);
      return (
        <>
          <div ref={(element) => void element?.toggleAttribute('inert', isInert)} id="app">
            <MaintenanceGate feature="search" whenClosed={closed}>
              <WithPortal onFocusInside={() => setInert(true)} />
            </MaintenanceGate>
          </div>
          <button id="end" onClick={() => setInert(false)} />
        </>
      );
    }
    const page = await openPage(<Page />);
    page.find('#away').focus();
    await frames();

    await page.set({ search: true });
    page.find('#end').click();
    await frames();

    expect(document.activeElement?.closest('[data-maintenance-gate=search]')).toBeTruthy();
  });
});

describe.each(behaviors)('the focus of a person whose gate closes with %s', (closed) => {
  it('returns to the caret in a shadow root', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <div ref={attachShadow} id="host" />
      </MaintenanceGate>,
    );
    const input = page.find('#host').shadowRoot?.querySelector('input') ?? null;
    input?.focus();
    input?.setSelectionRange(1, 3, 'backward');

    await page.set({ search: true });
    expect(document.activeElement).not.toBe(document.body);
    input?.setSelectionRange(0, 0);
    await page.set({ search: false });

    expect(document.activeElement).toBe(page.find('#host'));
    expect(page.find('#host').shadowRoot?.activeElement).toBe(input);
    const kept = leaving.includes(closed) ? [1, 3] : [0, 0];
    expect([input?.selectionStart, input?.selectionEnd]).toEqual(kept);
  });

  it('returns to the caret in a frame', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <iframe id="frame" title="frame" srcDoc="<p contenteditable>half typed</p>" />
      </MaintenanceGate>,
    );
    const frame = page.find<HTMLIFrameElement>('#frame');
    await expect.poll(() => frame.contentDocument?.querySelector('p')).toBeTruthy();
    const editor = frame.contentDocument?.querySelector('p');
    editor?.focus();
    frame.contentDocument?.getSelection()?.collapse(editor?.firstChild ?? null, 4);

    await page.set({ search: true });
    expect(document.activeElement).not.toBe(document.body);
    frame.contentDocument?.getSelection()?.removeAllRanges();
    await page.set({ search: false });

    expect(document.activeElement).toBe(frame);
    expect(frame.contentDocument?.activeElement).toBe(editor);
    expect(frame.contentDocument?.getSelection()?.anchorOffset).toBe(4);
  });

  it.each([
    ['a text that is shorter by then', (element: HTMLElement) => (element.textContent = 'ha')],
    ['a text that is another by then', (element: HTMLElement) => element.replaceChildren('other')],
    ['an element without what was selected', (element: HTMLElement) => element.replaceChildren()],
  ])('does not disturb %s', async (_what, change) => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <div id="rich" contentEditable suppressContentEditableWarning>
          half typed
        </div>
      </MaintenanceGate>,
    );
    const rich = page.find('#rich');
    rich.focus();
    getSelection()?.setBaseAndExtent(rich.firstChild ?? rich, 8, rich.firstChild ?? rich, 4);

    await page.set({ search: true });
    if (rich.firstChild instanceof Text) rich.firstChild.data = 'ha';
    change(rich);
    await page.set({ search: false });

    expect(document.activeElement).toBe(rich);
  });

  it('is not on the body when a field in the gate disables itself with useGate', async () => {
    function Field() {
      return <input id="search" disabled={useGate() !== 'open'} />;
    }
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Field />
      </MaintenanceGate>,
    );
    page.find('#search').focus();

    await page.set({ search: true });
    expect(document.activeElement).not.toBe(document.body);
    await page.set({ search: false });

    expect(document.activeElement).toBe(page.find('#search'));
  });
});

it.each(behaviors)(
  'focus is never on the body when a field in the gate hides itself with useGate: %s',
  async (closed) => {
    function Field() {
      return (
        <div hidden={useGate() !== 'open'}>
          <input id="search" />
        </div>
      );
    }
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Field />
      </MaintenanceGate>,
    );
    page.find('#search').focus();

    await page.set({ search: true });
    expect(document.activeElement?.matches('[data-maintenance-notice], [data-maintenance-gate]')).toBe(true);
    await page.set({ search: false });

    await expect.poll(() => document.activeElement).toBe(page.find('#search'));
  },
);

it.each(behaviors)(
  'focus is near a field that no longer exists when its gate reopens: %s',
  async (closed) => {
    const page = await openPage(
      <main id="main">
        <MaintenanceGate feature="search" whenClosed={closed}>
          <input id="search" />
        </MaintenanceGate>
      </main>,
    );
    page.find('#search').focus();

    await page.set({ search: true });
    page.find<HTMLInputElement>('#search').type = 'hidden';
    await page.set({ search: false });

    expect(document.activeElement).toBe(page.find('#main'));
  },
);

it.each(behaviors)(
  'focus is never on the body when an editor is created again with its gate: %s',
  async (closed) => {
    function Anew() {
      const gate = useGate();
      return <div key={gate} id="rich" contentEditable={gate === 'open'} suppressContentEditableWarning />;
    }
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Anew />
      </MaintenanceGate>,
    );
    page.find('#rich').focus();

    await page.set({ search: true });
    expect(document.activeElement?.matches('[data-maintenance-notice], [data-maintenance-gate]')).toBe(true);
    await page.set({ search: false });

    expect(document.activeElement).not.toBe(document.body);
  },
);

it('focus is restored to a listbox in a portal with virtual focus', async () => {
  const page = await openPage(
    <MaintenanceGate feature="search">
      {createPortal(
        <div id="list" role="listbox" tabIndex={0}>
          <div id="option" role="option" aria-selected tabIndex={-1} />
        </div>,
        document.body,
      )}
    </MaintenanceGate>,
  );
  page.find('#list').focus();
  page.find('#option').dispatchEvent(new FocusEvent('focusin', { bubbles: true }));

  await page.set({ search: true });
  expect(document.activeElement).toBe(page.find('[data-maintenance-notice]'));
  await page.set({ search: false });

  expect(document.activeElement).toBe(page.find('#list'));
});

it('a selection is clamped in a paragraph whose text got shorter', async () => {
  const page = await openPage(
    <MaintenanceGate feature="search">
      <p id="text" tabIndex={0}>
        A long text
      </p>
    </MaintenanceGate>,
  );
  const { firstChild } = page.find('#text');
  page.find('#text').focus();
  if (firstChild) getSelection()?.setBaseAndExtent(firstChild, 2, firstChild, 11);

  await page.set({ search: true });
  if (firstChild instanceof Text) firstChild.data = 'Short';
  await page.set({ search: false });

  expect(document.activeElement).toBe(page.find('#text'));
  expect([getSelection()?.anchorOffset, getSelection()?.focusOffset]).toEqual([2, 5]);
});

function WithPortal({ onFocusInside }: { onFocusInside: () => void }) {
  return (
    <>
      <input id="inside" />
      {createPortal(<input id="away" onFocus={onFocusInside} />, document.body)}
    </>
  );
}

function Follows() {
  const gate = useGate();
  const editor = useRef<HTMLDivElement>(null);
  // Editors change their element like this: by themselves, and later than React.
  useEffect(() => {
    editor.current?.setAttribute('contenteditable', String(gate === 'open'));
  }, [gate]);
  return (
    <div ref={editor} id="rich">
      half typed
    </div>
  );
}

function attachShadow(host: HTMLDivElement | null): void {
  if (!host || host.shadowRoot) return;
  host.attachShadow({ mode: 'open' }).innerHTML = '<input value="half typed">';
}
