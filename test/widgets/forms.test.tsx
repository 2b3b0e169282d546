import { useVirtualizer } from '@tanstack/react-virtual';
import { useFormik } from 'formik';
import { useRef } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { MaintenanceGate, type ClosedBehaviour } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { openPage } from '../browser/openPage.js';

const behaviors: readonly ClosedBehaviour[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];

type OnSubmit = (values: object) => void;

function HookForm({ onSubmit }: { onSubmit: OnSubmit }) {
  const { control, handleSubmit } = useForm({ defaultValues: { name: '' }, shouldUnregister: true });
  return (
    <form onSubmit={handleSubmit(onSubmit)}>
      <Controller
        control={control}
        name="name"
        shouldUnregister
        render={({ field }) => <input id="field" {...field} />}
      />
      <button type="submit" id="save">
        Save
      </button>
    </form>
  );
}

function Formik({ onSubmit }: { onSubmit: OnSubmit }) {
  const { handleSubmit, getFieldProps } = useFormik({ initialValues: { name: '' }, onSubmit });
  return (
    <form onSubmit={handleSubmit}>
      <input id="field" {...getFieldProps('name')} />
      <button type="submit" id="save">
        Save
      </button>
    </form>
  );
}

/** Drops rows when it finds that it has no room. */
function VirtualizedRows({ onSubmit }: { onSubmit: OnSubmit }) {
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- that React's compiler would skip it is nothing to a test
  const rows = useVirtualizer({
    count: 1000,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit({ name: new FormData(event.currentTarget).get('row-21') });
      }}
    >
      <div ref={scroller} style={{ height: 150, overflow: 'auto' }} id="scroller">
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((row) => (
            <input
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              name={`row-${row.index}`}
              id={row.index === 21 ? 'field' : undefined}
              style={{ position: 'absolute', height: 30, transform: `translateY(${row.start}px)` }}
            />
          ))}
        </div>
      </div>
      <button type="submit" id="save">
        Save
      </button>
    </form>
  );
}

describe.each(Object.entries({ 'react-hook-form': HookForm, Formik, 'a virtualized list': VirtualizedRows }))(
  'what was typed into %s',
  (name, Form) => {
    it.each(behaviors)(
      'is there, and is what is submitted, after its gate was closed: %s',
      async (closed) => {
        const submitted: object[] = [];
        const page = await openPage(
          <MaintenanceGate feature="search" closed={closed}>
            <Form onSubmit={(values) => submitted.push(values)} />
          </MaintenanceGate>,
        );
        if (name === 'a virtualized list') {
          page.find('#scroller').scrollTop = 600;
          await expect.poll(() => document.querySelector('#field')).not.toBeNull();
        }
        const field = page.find('#field');
        await userEvent.click(field);
        await userEvent.keyboard('half typed{ArrowLeft>6/}');

        await page.set({ search: true });
        await userEvent.keyboard('XX');
        await page.set({ search: false });

        expect(document.activeElement).toBe(field);
        await userEvent.keyboard('_');
        await userEvent.click(page.find('#save'));
        await expect.poll(() => submitted).toMatchObject([{ name: 'half_ typed' }]);
      },
    );
  },
);
