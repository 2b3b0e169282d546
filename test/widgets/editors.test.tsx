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
import { useEffect, useRef, version } from 'react';
import { MaintenanceGate, useGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { openPage } from '../browser/openPage.js';
import { everyCombination, inTurn } from '../inTurn.js';
import { oneOnReact18 } from './oneOnReact18.js';

const hiding: readonly ClosedBehavior[] = ['replace', 'hide', 'overlay'];
const guarding: readonly ClosedBehavior[] = ['disable', 'read-only'];

it('runs with the React version in the name of the test project', () => {
  expect(version.split('.')[0]).toBe(import.meta.env['REACT_MAJOR']);
});

function TipTap() {
  const editor = useEditor({ extensions: [StarterKit], content: '', immediatelyRender: false });
  return <EditorContent editor={editor} />;
}

function TipTapThatFollowsTheGate() {
  const gate = useGate();
  const editor = useEditor({ extensions: [StarterKit], content: '', immediatelyRender: false });
  useEffect(() => {
    editor?.setEditable(gate === 'open');
  }, [editor, gate]);
  return <EditorContent editor={editor} />;
}

function CodeMirror() {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!parent.current) return;
    const extensions = [history(), keymap.of(historyKeymap)];
    const view = new EditorView({ state: EditorState.create({ extensions }), parent: parent.current });
    return () => view.destroy();
  }, []);
  return <div ref={parent} />;
}

function Lexical() {
  const initialConfig = {
    namespace: 'draft',
    onError(error: Error) {
      throw error;
    },
  };
  return (
    <LexicalComposer initialConfig={initialConfig}>
      <PlainTextPlugin contentEditable={<ContentEditable />} ErrorBoundary={LexicalErrorBoundary} />
      <HistoryPlugin />
    </LexicalComposer>
  );
}

function QuillEditor() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    const element = current.appendChild(document.createElement('div'));
    const editor = new Quill(element);
    return () => {
      editor.disable();
      element.remove();
    };
  }, []);
  return <div ref={place} />;
}

const editors = { TipTap, TipTapThatFollowsTheGate, CodeMirror, Lexical, Quill: QuillEditor };

// Each of them changes the page in its own way: where every combination is tried, all of them run on React 18, too.
const tried = everyCombination ? Object.entries(editors) : oneOnReact18(editors);

describe.each(tried)('a draft in %s', (name, Editor) => {
  it.each([hiding, guarding].flatMap((behaviors) => inTurn(behaviors, name, Object.keys(editors))))(
    'keeps its text, caret and undo history while its gate is closed: %s',
    async (closed) => {
      const page = await openPage(
        <MaintenanceGate feature="search" whenClosed={closed}>
          <Editor />
        </MaintenanceGate>,
      );
      const editor = page.find('[contenteditable]');
      const text = () => editor.textContent?.replaceAll('\u200b', '');
      await userEvent.click(editor);
      await userEvent.keyboard('half typed{ArrowLeft>6/}');

      await page.set({ search: true });
      expect(document.activeElement).not.toBe(document.body);
      await userEvent.keyboard('XX{Backspace}');
      await page.set({ search: false });

      expect(editor.isConnected).toBe(true);
      await expect.poll(() => document.activeElement).toBe(editor);
      expect(text()).toBe('half typed');
      await userEvent.keyboard('_');
      expect(text()).toBe('half_ typed');
      await userEvent.keyboard('{Control>}z{/Control}{Control>}z{/Control}');
      expect('half typed'.startsWith(text() ?? '?')).toBe(true);
    },
  );
});
