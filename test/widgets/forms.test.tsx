import { useVirtualizer } from '@tanstack/react-virtual';
import { useFormik } from 'formik';
import { useRef } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { openPage } from '../browser/openPage.js';
import { inTurn } from '../inTurn.js';
import { oneOnReact18 } from './oneOnReact18.js';

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];

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

const forms = { 'react-hook-form': HookForm, Formik, 'a virtualized list': VirtualizedRows };

describe.each(oneOnReact18(forms))('text that was typed into %s', (name, Form) => {
  it.each(inTurn(behaviors, name, Object.keys(forms)))(
    'is kept and submitted after its gate was closed: %s',
    async (closed) => {
      const submitted: object[] = [];
      const page = await openPage(
        <MaintenanceGate feature="search" whenClosed={closed}>
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
});

const sentence = 'The form was not sent, because this part of it cannot be completed now.';

interface CheckedFormProps {
  readonly closed: ClosedBehavior;
  readonly onSubmit: OnSubmit;
}

/** Checks by rules of its own, of which the browser knows nothing, and says by `aria-invalid` what is wrong. */
function CheckedHookForm({ closed, onSubmit }: CheckedFormProps) {
  const { register, handleSubmit, formState } = useForm({ defaultValues: { other: 'x', name: '' } });
  const { errors } = formState;
  return (
    <form noValidate onSubmit={handleSubmit(onSubmit)}>
      <input id="other" aria-invalid={Boolean(errors.other)} {...register('other', { required: true })} />
      <MaintenanceGate feature="search" whenClosed={closed}>
        <input id="field" aria-invalid={Boolean(errors.name)} {...register('name', { required: true })} />
      </MaintenanceGate>
      <button type="submit" id="save">
        Save
      </button>
    </form>
  );
}

/** Says what is wrong by focus alone, as React Hook Form does by itself. */
function FocusingHookForm({ closed, onSubmit }: CheckedFormProps) {
  const { register, handleSubmit } = useForm({ defaultValues: { other: 'x', name: '' } });
  return (
    <form onSubmit={handleSubmit(onSubmit)}>
      <input id="other" {...register('other', { required: true })} />
      <MaintenanceGate feature="search" whenClosed={closed}>
        <input id="field" {...register('name', { required: true })} />
      </MaintenanceGate>
      <button type="submit" id="save">
        Save
      </button>
    </form>
  );
}

function CheckedFormik({ closed, onSubmit }: CheckedFormProps) {
  const { handleSubmit, getFieldProps, errors } = useFormik({
    initialValues: { other: 'x', name: '' },
    validateOnChange: false,
    validate: ({ other, name }) => ({
      ...(!other && { other: 'Fill in' }),
      ...(!name && { name: 'Fill in' }),
    }),
    onSubmit,
  });
  return (
    <form onSubmit={handleSubmit}>
      <input id="other" aria-invalid={Boolean(errors.other)} {...getFieldProps('other')} />
      <MaintenanceGate feature="search" whenClosed={closed}>
        <input id="field" aria-invalid={Boolean(errors.name)} {...getFieldProps('name')} />
      </MaintenanceGate>
      <button type="submit" id="save">
        Save
      </button>
    </form>
  );
}

const checkedForms = { 'react-hook-form': CheckedHookForm, Formik: CheckedFormik };

describe.each(oneOnReact18(checkedForms))('a form that %s checks', (name, Form) => {
  it.each(inTurn(behaviors, name, Object.keys(checkedForms)))(
    'says at each submission that a field in a closed gate prevents it: %s',
    async (closed) => {
      const submitted: object[] = [];
      const page = await openPage(<Form closed={closed} onSubmit={(values) => submitted.push(values)} />);
      await page.set({ search: true });

      await userEvent.click(page.find('#save'));
      await expect.poll(whyNotSent).toBe(sentence);
      await userEvent.click(page.find('#other'));
      await userEvent.click(page.find('#save'));

      await expect.poll(whyNotSent).toBe(sentence);
      expect(submitted).toEqual([]);
    },
  );

  it.each(inTurn([...behaviors].reverse(), name, Object.keys(checkedForms)))(
    'moves focus first to a field that people can correct: %s',
    async (closed) => {
      const page = await openPage(<Form closed={closed} onSubmit={() => {}} />);
      await page.set({ search: true });
      await userEvent.clear(page.find('#other'));

      await userEvent.keyboard('{Enter}');
      await expect.poll(() => page.find('#other').ariaInvalid).toBe('true');
      expect(document.querySelector('[data-maintenance-not-sent]')).toBeNull();
      await userEvent.keyboard('right{Enter}');

      await expect.poll(whyNotSent).toBe(sentence);
    },
  );
});

it.each(['replace', 'hide', 'overlay'] as const)(
  'moves focus to the notice if react-hook-form would focus a field that cannot be reached: %s',
  async (closed) => {
    const page = await openPage(<FocusingHookForm closed={closed} onSubmit={() => {}} />);
    await page.set({ search: true });

    await userEvent.click(page.find('#save'));
    await expect.poll(whyNotSent).toBe(sentence);
    await page.set({ search: false });
    await userEvent.click(page.find('#save'));

    await expect.poll(() => document.activeElement).toBe(page.find('#field'));
    expect(Object.hasOwn(page.find('#field'), 'focus')).toBe(false);
  },
);

/**
 * What the gate says of it, when the person is there: on the notice, or on the field, which the notice describes, where that can be
 * reached and React Hook Form insists on it.
 */
function whyNotSent(): string | null | undefined {
  const { activeElement } = document;
  if (!activeElement?.matches('[data-maintenance-notice],#field')) return undefined;
  return activeElement
    .closest('[data-maintenance-gate]')
    ?.querySelector('[data-maintenance-notice] [data-maintenance-not-sent]')?.textContent;
}
