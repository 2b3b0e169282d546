import { useEffect, useRef, type ReactNode } from 'react';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { server, userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { inTurn, everyCombination } from '../inTurn.js';
import { openPage, type OpenPage } from './openPage.js';

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'overlay', 'disable', 'read-only'];
const inSight: readonly ClosedBehavior[] = ['disable', 'read-only'];

// Without this option the driver waits until the element is enabled.
const anyway = { force: true };

describe.each(behaviors)('text that was typed in a gate that closes with %s', (closed) => {
  it.each(inTurn(['#field', '#area', '#rich'], closed, behaviors))(
    'cannot be undone from the element that got focus, from another field or from the page: %s',
    async (selector) => {
      const page = await openGate(closed, <Fields />);
      await typeInto(page, selector, ' more');
      const before = textOf(page, selector);

      await page.set({ search: true });
      await undoAndRedo();
      expect(textOf(page, selector)).toBe(before);
      await userEvent.click(page.find('#outside'));
      await undoAndRedo();
      expect(document.activeElement).toBe(page.find('#outside'));
      expect(textOf(page, selector)).toBe(before);
      page.find('#outside').blur();
      await undoAndRedo();

      expect(before).toContain('more');
      expect(textOf(page, selector)).toBe(before);
    },
  );
});

// Once with a hidden field, and once with a visible one.
const hiddenOrGuarded: readonly ClosedBehavior[] = ['replace', 'read-only'];

describe.each(everyCombination ? behaviors : hiddenOrGuarded)(
  'a draft in a gate that closes with %s',
  (closed) => {
    it('leaves undo to the fields outside', async () => {
      needUndoByKeys();
      const page = await openGate(closed, <Fields />);
      await typeInto(page, '#field', 'draft');
      await page.set({ search: true });

      await userEvent.click(page.find('#outside'));
      await userEvent.keyboard('abc');
      await userEvent.keyboard('{Control>}z{/Control}');

      expect(page.find<HTMLInputElement>('#outside').value).toBe('');
      expect(textOf(page, '#field')).toBe('draft');
    });

    it('can be undone again when it is open', async () => {
      // A gate that has no box while it is open, and gets one when it closes, makes the boxes inside of it anew.
      if (server.browser === 'firefox') {
        throw new Error(
          'Only in Chromium and WebKit: Firefox forgets what to undo in a field whose box is made anew',
        );
      }
      needUndoByKeys();
      const page = await openGate(closed, <Fields />);
      await typeInto(page, '#field', 'draft');
      await page.set({ search: true });
      await page.set({ search: false });

      await userEvent.click(page.find('#field'));
      await userEvent.keyboard('{Control>}z{/Control}');

      expect(textOf(page, '#field')).toBe('');
    });
  },
);

describe.each(inSight)('a gate that closes with %s', (closed) => {
  it('blocks typing in shadow roots, also in nested ones and in those that are added later', async () => {
    const page = await openGate(closed, <ShadowFields />);
    await page.set({ search: true });
    const inner = shadowField(page);

    await userEvent.click(inner, anyway);
    inner.focus();
    await userEvent.keyboard('x{Backspace}{Delete}');
    await userEvent.paste();
    document.execCommand('insertText', false, 'inserted');

    expect(inner.getRootNode()).toBeInstanceOf(ShadowRoot);
    expect(inner.value).toBe('half typed');
    expect(inner.readOnly).toBe(true);

    const late = document.createElement('div');
    late.attachShadow({ mode: 'open' }).innerHTML = '<input value="half typed">';
    page.find('#host').shadowRoot?.append(late);
    await page.set({});
    const lateField = late.shadowRoot?.querySelector('input');
    lateField?.focus();
    await userEvent.keyboard('x');

    expect(lateField?.value).toBe('half typed');
    expect(lateField?.readOnly).toBe(true);
  });

  it('blocks typing in a closed shadow root', async () => {
    const page = await openGate(closed, <div id="host" />);
    const root = page.find('#host').attachShadow({ mode: 'closed' });
    root.innerHTML = '<input value="half typed">';
    await page.set({ search: true });
    const field = root.querySelector('input');

    field?.focus();
    await userEvent.keyboard('x{Backspace}');

    expect(root.activeElement).toBe(field);
    expect(field?.value).toBe('half typed');
  });

  it('activates nothing and changes no choice in a shadow root', async () => {
    const hits: string[] = [];
    const page = await openGate(closed, <div id="host" />);
    const root = page.find('#host').attachShadow({ mode: 'open' });
    root.innerHTML = `<button>Button</button><select size="2"><option>a<option selected>b</select>
      <input type="range" value="50" style="width: 200px"><input type="checkbox">`;
    for (const type of ['click', 'pointerdown', 'keydown', 'change', 'input']) {
      root.addEventListener(type, () => hits.push(type));
    }
    await page.set({ search: true });

    for (const control of root.querySelectorAll<HTMLElement>('button,select,input')) {
      await userEvent.click(control, { position: { x: 8, y: 8 }, force: true });
      control.focus();
      await userEvent.keyboard('{Enter} {ArrowUp}{Home}a');
    }

    expect(hits).toEqual([]);
    expect(root.querySelector('select')?.value).toBe('b');
    expect(root.querySelector<HTMLInputElement>('[type=range]')?.value).toBe('50');
    expect(root.querySelector<HTMLInputElement>('[type=checkbox]')?.checked).toBe(false);
  });

  it('keeps allowed elements working in a shadow root, too', async () => {
    const page = await openGate(closed, <div id="host" />);
    const root = page.find('#host').attachShadow({ mode: 'open' });
    root.innerHTML = '<label data-maintenance-allow><input></label>';
    await page.set({ search: true });
    const field = root.querySelector('input');

    field?.focus();
    await userEvent.keyboard('abc');

    expect(field?.value).toBe('abc');
  });

  it('blocks typing in an editor that has an EditContext', async () => {
    if (!('EditContext' in window)) throw new Error('Only in Chromium: EditContext');
    const page = await openGate(closed, <EditContextEditor />);
    const editor = page.find('#edit-context');
    await userEvent.click(editor);
    await userEvent.keyboard('abc');
    expect(editor.textContent).toBe('abc');

    await page.set({ search: true });
    expect(document.activeElement).toBe(editor);
    await userEvent.keyboard('x');
    expect(editor.textContent).toBe('abc');

    await page.set({ search: false });
    await userEvent.keyboard('d');
    expect(editor.textContent).toBe('abcd');
  });

  it('blocks typing in an editor that makes itself editable again', async () => {
    const page = await openGate(closed, <Fields />);
    await typeInto(page, '#rich', '');
    await page.set({ search: true });

    page.find('#rich').contentEditable = 'true';
    await userEvent.click(page.find('#rich'), anyway);
    await userEvent.keyboard('x{Backspace}{Enter}{Control>}b{/Control}');

    expect(page.find('#rich').innerHTML).toBe('half typed');
  });

  it('does not let the editor undo by its own command', async () => {
    const heard: string[] = [];
    const page = await openGate(closed, <Fields />);
    const rich = page.find('#rich');
    rich.addEventListener('beforeinput', ({ inputType }) => heard.push(inputType));
    await typeInto(page, '#rich', 'x');
    heard.length = 0;

    await page.set({ search: true });
    await undoAndRedo();

    expect(document.activeElement).toBe(rich);
    expect(heard).toEqual([]);
  });
});

async function openGate(closed: ClosedBehavior, children: ReactNode): Promise<OpenPage> {
  return openPage(
    <>
      <MaintenanceGate feature="search" whenClosed={closed}>
        {children}
      </MaintenanceGate>
      <input id="outside" />
    </>,
  );
}

async function typeInto(page: OpenPage, selector: string, text: string): Promise<void> {
  await userEvent.click(page.find(selector));
  await userEvent.keyboard(`{End}${text}`);
}

function needUndoByKeys(): void {
  if (server.browser !== 'safari') return;
  throw new Error(
    'Only in Chromium and Firefox: WebKitWebDriver sends the keys for undo, and WebKitGTK does not act on them',
  );
}

async function undoAndRedo(): Promise<void> {
  await userEvent.keyboard('{Control>}z{/Control}');
  await userEvent.keyboard('{Control>}zz{/Control}');
  await userEvent.keyboard('{Control>}y{/Control}');
}

function textOf(page: OpenPage, selector: string): string {
  const element = page.find(selector);
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
    ? element.value
    : String(element.textContent);
}

function Fields() {
  return (
    <>
      <input id="field" />
      <textarea id="area" defaultValue="half typed" />
      <div id="rich" contentEditable suppressContentEditableWarning>
        half typed
      </div>
    </>
  );
}

function ShadowFields() {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current || host.current.shadowRoot) return;
    const root = host.current.attachShadow({ mode: 'open' });
    const inner = document.createElement('div');
    root.append(inner);
    inner.attachShadow({ mode: 'open' }).innerHTML = '<input value="half typed">';
  }, []);
  return <div id="host" ref={host} />;
}

function shadowField(page: OpenPage): HTMLInputElement {
  const field = page.find('#host').shadowRoot?.querySelector('div')?.shadowRoot?.querySelector('input');
  if (!field) throw new Error('There is no field in the shadow root');
  return field;
}

interface EditContextLike extends EventTarget {
  text: string;
}

function EditContextEditor() {
  const editor = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // TypeScript's DOM library does not know it.
    const { EditContext } = window as unknown as { EditContext?: new () => EditContextLike };
    if (!EditContext) throw new Error('Only in Chromium: EditContext');
    const context = new EditContext();
    const element = editor.current as (HTMLDivElement & { editContext: EditContextLike | null }) | null;
    if (!element) return;
    element.editContext = context;
    context.addEventListener('textupdate', () => {
      element.textContent = context.text;
    });
  }, []);
  return <div id="edit-context" ref={editor} tabIndex={0} style={{ minHeight: 20 }} />;
}
