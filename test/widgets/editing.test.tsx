import { history, historyKeymap } from '@codemirror/commands';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { LexicalComposer } from '@lexical/react/LexicalComposer';
import { ContentEditable } from '@lexical/react/LexicalContentEditable';
import { LexicalErrorBoundary } from '@lexical/react/LexicalErrorBoundary';
import { HistoryPlugin } from '@lexical/react/LexicalHistoryPlugin';
import { PlainTextPlugin } from '@lexical/react/LexicalPlainTextPlugin';
import { EditorContent, useEditor } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import Quill from 'quill';
import { useEffect, useRef } from 'react';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { openPage } from '../browser/openPage.js';
import { inTurn } from '../inTurn.js';
import { oneOnReact18 } from './oneOnReact18.js';

const hiding: readonly ClosedBehavior[] = ['replace', 'hide', 'overlay'];
const guarding: readonly ClosedBehavior[] = ['disable', 'read-only'];
const editors = { TipTap, CodeMirror, Lexical, Quill: QuillEditor };

describe.each(oneOnReact18(editors))('a draft in %s', (name, Editor) => {
  it.each([hiding, guarding].flatMap((behaviors) => inTurn(behaviors, name, Object.keys(editors))))(
    'cannot be changed by undo, redo or keys while its gate is closed with %s',
    async (closed) => {
      const page = await openPage(
        <>
          <MaintenanceGate feature="search" whenClosed={closed}>
            <Editor />
          </MaintenanceGate>
          <button id="outside">Outside</button>
        </>,
      );
      const editor = page.find('[contenteditable=true]');
      await userEvent.click(editor);
      await userEvent.keyboard('half typed');

      await page.set({ search: true });
      const before = editor.textContent;
      await pressEditingKeys();
      expect(editor.textContent).toBe(before);
      await userEvent.click(page.find('#outside'));
      await pressEditingKeys();

      expect(before).toBe('half typed');
      expect(editor.textContent).toBe(before);
    },
  );
});

async function pressEditingKeys(): Promise<void> {
  await userEvent.keyboard('{Control>}z{/Control}');
  await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
  await userEvent.keyboard('{Control>}y{/Control}');
  await userEvent.keyboard('x{Backspace}{Delete}{Control>}b{/Control}{Control>}{Backspace}{/Control}');
}

function TipTap() {
  const editor = useEditor({ extensions: [StarterKit], content: '', immediatelyRender: false });
  return <EditorContent editor={editor} />;
}

function CodeMirror() {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!parent.current) return;
    const view = new EditorView({
      state: EditorState.create({ extensions: [history(), keymap.of(historyKeymap)] }),
      parent: parent.current,
    });
    return () => view.destroy();
  }, []);
  return <div ref={parent} />;
}

function Lexical() {
  return (
    <LexicalComposer
      initialConfig={{
        namespace: 'test',
        onError: (error) => {
          throw error;
        },
      }}
    >
      <PlainTextPlugin contentEditable={<ContentEditable />} ErrorBoundary={LexicalErrorBoundary} />
      <HistoryPlugin />
    </LexicalComposer>
  );
}

function QuillEditor() {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = parent.current;
    if (!element) return;
    new Quill(element.appendChild(document.createElement('div')));
    return () => element.replaceChildren();
  }, []);
  return <div ref={parent} />;
}
