import { createPortal } from 'react-dom';
import { StrictMode, startTransition, useState } from 'react';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { frames, openPage } from './openPage.js';

const leaving: readonly ClosedBehavior[] = ['replace', 'hide', 'overlay'];
const staying: readonly ClosedBehavior[] = ['disable', 'read-only'];

describe.each(leaving)('the focus, when a gate closes with %s', (closed) => {
  const place = closed === 'hide' ? '[data-maintenance-gate=search]' : '[data-maintenance-notice]';

  it('goes to the explanation, which has a name and is not in the tab order', async () => {
    const page = await openPage(<Page closed={closed} />);
    await userEvent.click(page.find('#search'));
    page.focused.length = 0;

    await page.set({ search: true });

    const notice = page.find(place);
    expect(page.focused).toEqual([notice]);
    expect(notice.getAttribute('aria-label') ?? notice.getAttribute('aria-labelledby')).toBeTruthy();
    await userEvent.tab();
    expect(document.activeElement).toBe(page.find('#after'));
    expect(notice.hasAttribute('tabindex')).toBe(false);
  });

  it('is not restored if the person focused something else in the meantime', async () => {
    const page = await openPage(<Page closed={closed} />);
    await userEvent.click(page.find('#search'));
    await page.set({ search: true });
    await userEvent.click(page.find('#after'));
    page.focused.length = 0;

    await page.set({ search: false });

    expect(page.focused).toEqual([]);
    expect(document.activeElement).toBe(page.find('#after'));
  });

  it('returns with the same selection and its direction, in a text field and in an editor', async () => {
    const page = await openPage(<Page closed={closed} />);
    const rich = page.find('#rich');
    await userEvent.click(rich);
    await userEvent.keyboard('{End}{ArrowLeft}{Shift>}{ArrowLeft}{ArrowLeft}{ArrowLeft}{/Shift}');
    const before = selection();

    await page.set({ search: true });
    await page.set({ search: false });

    expect(document.activeElement).toBe(rich);
    expect(selection()).toEqual(before);
  });

  it('leaves no selection, so that nothing is typed into hidden text', async () => {
    const page = await openPage(<Page closed={closed} />);
    await userEvent.click(page.find('#rich'));

    await page.set({ search: true });

    expect(page.find('#rich').contains(getSelection()?.anchorNode ?? null)).toBe(false);
  });

  it('does not scroll a page that the person has scrolled', async () => {
    const page = await openPage(
      <>
        <div style={{ height: 900 }} />
        <Page closed={closed} />
        <div id="below" style={{ height: 2000 }} />
      </>,
    );
    page.find('#search').focus();
    scrollTo(0, 1100);
    const { top } = page.find('#below').getBoundingClientRect();
    const moved = () => Math.abs(page.find('#below').getBoundingClientRect().top - top);

    // Safari scrolls by whole pixels.
    await page.set({ search: true });
    expect(moved()).toBeLessThanOrEqual(1);
    await page.set({ search: false });
    expect(moved()).toBeLessThanOrEqual(1);
    expect(Math.abs(scrollY - 1100)).toBeLessThanOrEqual(1);
  });

  it('moves nearby if the element that had it is gone before the gate reopens', async () => {
    const page = await openPage(<Page closed={closed} />);
    await userEvent.click(page.find('#search'));
    await page.set({ search: true });
    page.find<HTMLInputElement>('#search').disabled = true;

    await page.set({ search: false });

    expect(document.activeElement).toBe(
      page.find('[data-maintenance-gate=search] [data-maintenance-parked]'),
    );
  });

  it('is restored under StrictMode and when a transition closes the gate', async () => {
    function Chosen() {
      const [feature, setFeature] = useState('search');
      return (
        <>
          <MaintenanceGate feature={feature} whenClosed={closed}>
            <input id="search" />
          </MaintenanceGate>
          <button id="other" onClick={() => startTransition(() => setFeature('upload'))} />
        </>
      );
    }
    const page = await openPage(
      <StrictMode>
        <Chosen />
      </StrictMode>,
      { upload: true },
    );
    page.find('#search').focus();

    page.find('#other').click();
    await frames();

    expect(document.activeElement?.closest('[data-maintenance-gate=upload]')).toBeTruthy();
  });
});

describe.each(staying)('the focus, when a gate closes with %s', (closed) => {
  it('stays where it is, without focus events', async () => {
    const page = await openPage(<Page closed={closed} />);
    await userEvent.click(page.find('#rich'));
    page.focused.length = 0;

    await page.set({ search: true });
    await page.set({ search: false });

    expect(page.focused).toEqual([]);
    expect(document.activeElement).toBe(page.find('#rich'));
  });

  it('moves from a frame, which cannot be blocked, to the notice', async () => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <iframe id="frame" title="frame" srcDoc="<input>" />
      </MaintenanceGate>,
    );
    page.find('#frame').focus();

    await page.set({ search: true });
    expect(document.activeElement).toBe(page.find('[data-maintenance-notice]'));
    await page.set({ search: false });
    expect(document.activeElement).toBe(page.find('#frame'));
  });
});

it.each([...leaving, ...staying])('does not move focus that was elsewhere: %s', async (closed) => {
  const page = await openPage(<Page closed={closed} />);
  await userEvent.click(page.find('#after'));
  page.focused.length = 0;

  await page.set({ search: true });
  await page.set({ search: false });

  expect(page.focused).toEqual([]);
  expect(document.activeElement).toBe(page.find('#after'));
});

it('moves focus once when three gates close in one moment, and once when they reopen', async () => {
  const page = await openPage(
    <>
      {['one', 'two', 'three'].map((feature) => (
        <MaintenanceGate key={feature} feature={feature}>
          <input id={feature} />
        </MaintenanceGate>
      ))}
    </>,
  );
  page.find('#two').focus();
  page.focused.length = 0;

  await page.set({ one: true, two: true, three: true });
  expect(page.focused).toHaveLength(1);
  await page.set({ one: false, two: false, three: false });

  expect(page.focused).toHaveLength(2);
  expect(document.activeElement).toBe(page.find('#two'));
});

it('is restored through nested gates, in any order of reopening', async () => {
  const page = await openPage(
    <MaintenanceGate feature="outer">
      <MaintenanceGate feature="inner">
        <input id="deep" />
      </MaintenanceGate>
    </MaintenanceGate>,
  );
  page.find('#deep').focus();

  await page.set({ outer: true, inner: true });
  expect(document.activeElement?.closest('[data-maintenance-gate=outer]')).toBeTruthy();
  await page.set({ outer: false });
  expect(document.activeElement?.closest('[data-maintenance-gate=outer]')).toBeTruthy();
  await page.set({ inner: false });
  expect(document.activeElement?.closest('[data-maintenance-gate=outer]')).toBeTruthy();
});

it('is restored if a link of the notice had it and the gate reopens', async () => {
  const page = await openPage(<Page closed="replace" />, {
    search: { mode: 'down', link: { href: 'https://example.com/', text: 'Elsewhere' } },
  });
  page.find('[data-maintenance-notice] a').focus();

  await page.set({ search: false });

  expect(document.activeElement).toBe(page.find('[data-maintenance-gate=search] [data-maintenance-parked]'));
});

it('leaves a portal that is hidden with its gate, and returns to it', async () => {
  const page = await openPage(
    <MaintenanceGate feature="search">
      {createPortal(<input id="away" />, document.body)}
      <p>Search</p>
    </MaintenanceGate>,
  );
  const away = page.find('#away');
  away.focus();

  await page.set({ search: true });
  expect(document.activeElement).not.toBe(document.body);
  await userEvent.keyboard('x');
  expect(page.find<HTMLInputElement>('#away').value).toBe('');
  await page.set({ search: false });

  expect(document.activeElement).toBe(away);
});

it('would be lost if a part was only hidden: these tests would fail', async () => {
  const page = await openPage(
    <div id="part">
      <input id="search" />
    </div>,
  );
  page.find('#search').focus();

  page.find('#part').hidden = true;
  await frames();

  expect(document.activeElement).toBe(document.body);
});

function Page({ closed }: { closed: ClosedBehavior }) {
  return (
    <>
      <MaintenanceGate feature="search" whenClosed={closed}>
        <input id="search" />
        <div id="rich" contentEditable suppressContentEditableWarning>
          half typed
        </div>
      </MaintenanceGate>
      <button id="after">After</button>
    </>
  );
}

function selection(): unknown {
  const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection() ?? {};
  return [anchorNode, anchorOffset, focusNode, focusOffset];
}
