import { history } from '@codemirror/commands';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { EditorContent, useEditor } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import { useEffect, useRef, version } from 'react';
import { MaintenanceGate, type ClosedBehaviour } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { openPage } from '../browser/openPage.js';

const behaviors: readonly ClosedBehaviour[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];

it('runs on the React that this project of the test run is named after', () => {
  expect(version.split('.')[0]).toBe(import.meta.env.REACT_MAJOR);
});

function TipTap() {
  const editor = useEditor({ extensions: [StarterKit], content: '', immediatelyRender: false });
  return <EditorContent editor={editor} />;
}

function CodeMirror() {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!parent.current) return;
    const view = new EditorView({
      state: EditorState.create({ extensions: [history()] }),
      parent: parent.current,
    });
    return () => view.destroy();
  }, []);
  return <div ref={parent} />;
}

const editors = { TipTap, CodeMirror };

describe.each(Object.entries(editors))('a draft in %s', (_name, Editor) => {
  it.each(behaviors)('survives a gate that closes with %s', async (closed) => {
    const page = await openPage(
      <MaintenanceGate feature="search" closed={closed}>
        <Editor />
      </MaintenanceGate>,
    );
    await userEvent.click(page.find('[contenteditable]'));
    await userEvent.keyboard('half typed');

    await page.set({ search: true });
    await page.set({ search: false });

    expect(page.find('[contenteditable]').textContent).toBe('half typed');
  });
});
