import { useState, version } from 'react';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { inTurn } from '../inTurn.js';
import { openPage } from './openPage.js';

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];

function Form() {
  const [note, setNote] = useState('');
  return (
    <form>
      <input id="query" aria-label="query" />
      <textarea id="note" aria-label="note" value={note} onChange={(event) => setNote(event.target.value)} />
      <div id="rich" contentEditable suppressContentEditableWarning role="textbox" aria-label="rich" />
      <input id="agree" type="checkbox" aria-label="agree" />
      <details id="more">
        <summary>More</summary>
        <p>More</p>
      </details>
      <div id="list" style={{ height: 80, overflow: 'auto' }} tabIndex={0}>
        <div style={{ height: 600 }}>Long</div>
      </div>
    </form>
  );
}

it('runs with the React version in the name of the test project', () => {
  expect(version.split('.')[0]).toBe(import.meta.env.REACT_MAJOR);
});

describe.each(behaviors)('a gate that closes with %s', (closed) => {
  it.each(inTurn(['query', 'note', 'rich'], closed, behaviors))(
    'restores half-typed text and its caret: %s',
    async (id) => {
      const page = await openPage(
        <MaintenanceGate feature="search" whenClosed={closed}>
          <Form />
        </MaintenanceGate>,
      );
      const field = page.find(`#${id}`);
      await userEvent.click(field);
      await userEvent.keyboard(`half typed${'{ArrowLeft}'.repeat(6)}`);

      await page.set({ search: true });
      expect(document.activeElement).not.toBe(document.body);
      await userEvent.keyboard('XX{Backspace}');
      await page.set({ search: false });

      expect(document.activeElement).toBe(field);
      await userEvent.keyboard('_');
      expect(
        field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
          ? field.value
          : field.textContent,
      ).toBe('half_ typed');
    },
  );

  it('restores checked boxes, open details and inner scroll positions', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Form />
      </MaintenanceGate>,
    );
    await userEvent.click(page.find('#agree'));
    await userEvent.click(page.find('summary'));
    page.find('#list').scrollTop = 120;

    await page.set({ search: true });
    await page.set({ search: false });

    expect(page.find<HTMLInputElement>('#agree').checked).toBe(true);
    expect(page.find<HTMLDetailsElement>('#more').open).toBe(true);
    expect(page.find('#list').scrollTop).toBe(120);
  });
});

it('would lose typed text if a part was removed from the page: these tests would fail', async () => {
  const page = await openPage(<Form />);
  await userEvent.click(page.find('#query'));
  await userEvent.keyboard('half typed');

  await page.render(null);
  expect(document.activeElement).toBe(document.body);
  await page.render(<Form />);

  expect(page.find<HTMLInputElement>('#query').value).toBe('');
  expect(document.activeElement).toBe(document.body);
});
