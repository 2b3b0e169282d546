import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { openPage } from './openPage.js';

const guards: readonly ClosedBehavior[] = ['disable', 'read-only'];
// Firefox takes the focus from these when they become read-only, and leaves them out of the tab order.
const values = { date: '2026-11-23', time: '16:30', 'datetime-local': '2026-11-23T16:30' };

describe.each(guards)('a gate that closes with %s around', (closed) => {
  describe.each(Object.entries(values))('a field of type %s', (type, value) => {
    const open = () =>
      openPage(
        <>
          <button id="before">Before</button>
          <MaintenanceGate feature="search" whenClosed={closed}>
            <input aria-label="When" id="field" type={type} defaultValue={value} />
          </MaintenanceGate>
        </>,
      );

    it('keeps focus in it, while closed and when it reopens', async () => {
      const page = await open();
      const field = page.find('#field');
      field.focus();

      await page.set({ search: true });
      expect(document.activeElement).toBe(field);
      await page.set({ search: false });

      expect(document.activeElement).toBe(field);
    });

    it('lets the keyboard reach it by Tab', async () => {
      const page = await open();
      page.find('#before').focus();
      await page.set({ search: true });

      for (let step = 0; step < 5 && document.activeElement !== page.find('#field'); step += 1) {
        await userEvent.tab();
      }

      expect(document.activeElement).toBe(page.find('#field'));
    });

    it('blocks the keyboard while it is closed, and not when it is open again', async () => {
      const page = await open();
      const field = page.find<HTMLInputElement>('#field');
      field.focus();
      await page.set({ search: true });

      await userEvent.keyboard('{ArrowUp}12{Backspace}{Delete} ');
      expect(field.value).toBe(value);
      await page.set({ search: false });
      await userEvent.keyboard('{ArrowUp}');

      expect(field.value).not.toBe(value);
    });
  });
});
