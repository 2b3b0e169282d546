import { createElement, useActionState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { MaintenanceGate, type ClosedBehavior, type MaintenanceGateProps } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { everyCombination, inTurn } from '../inTurn.js';
import { frames, openPage, type OpenPage } from './openPage.js';

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];
const sentence = 'The form was not sent, because this part of it cannot be completed now.';

interface FormOptions extends Partial<Pick<MaintenanceGateProps, 'whenClosed' | 'fallback'>> {
  readonly fields: ReactNode;
  readonly before?: ReactNode;
  readonly after?: ReactNode;
  readonly noValidate?: boolean;
  readonly onSubmit?: (form: HTMLFormElement) => void;
}

/** A form around a gate that closes, and what it was submitted with. */
async function openForm(options: FormOptions): Promise<{ page: OpenPage; sent: Record<string, unknown>[] }> {
  const { fields, before, after, noValidate, onSubmit, ...gate } = options;
  const sent: Record<string, unknown>[] = [];
  const page = await openPage(
    <>
      <form
        id="form"
        noValidate={noValidate}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.(event.currentTarget);
          sent.push(Object.fromEntries(new FormData(event.currentTarget)));
        }}
      >
        {before}
        <MaintenanceGate feature="search" {...gate}>
          {fields}
        </MaintenanceGate>
        <button id="save">Save</button>
      </form>
      {after}
    </>,
  );
  await page.set({ search: true });
  return { page, sent };
}

const required = <input id="field" name="field" required />;

/** Where the person is, when they were told why the form was not sent. */
function told(): { focus: string; text: string | undefined; spoken: string | null | undefined } {
  const notice = document.activeElement?.closest('[data-maintenance-notice],[data-maintenance-fallback]');
  return {
    focus: notice ? 'notice' : (document.activeElement?.id ?? ''),
    text: notice?.querySelector('[data-maintenance-not-sent]')?.textContent,
    spoken: document.querySelector('[data-maintenance-announcer]')?.textContent,
  };
}

const toldWhy = { focus: 'notice', text: sentence, spoken: sentence };

const submissions: Readonly<Record<string, (page: OpenPage) => unknown>> = {
  'a click': (page) => userEvent.click(page.find('#save')),
  'Enter in another field': async (page) => {
    await userEvent.click(page.find('#other'));
    await userEvent.keyboard('{Enter}');
  },
  requestSubmit: (page) => page.find<HTMLFormElement>('#form').requestSubmit(),
  'requestSubmit with a button': (page) =>
    page.find<HTMLFormElement>('#form').requestSubmit(page.find('#save')),
  'a button outside of the form': (page) => userEvent.click(page.find('#outside')),
};

// One hides the field, and one keeps it visible. The other behaviors are like one of these.
const inAndOutOfSight = ['replace', 'read-only'] as const;

describe.each(inAndOutOfSight)('a form around a gate that closes with %s', (closed) => {
  it.each(inTurn(Object.entries(submissions), closed, inAndOutOfSight))(
    'is not sent by %s if a required field is empty, and focus moves to the notice',
    async (_, submit) => {
      const { page, sent } = await openForm({
        whenClosed: closed,
        fields: required,
        before: <input id="other" />,
        after: <button form="form" id="outside" />,
      });

      await submit(page);
      await frames();

      expect(sent).toEqual([]);
      expect(told()).toEqual(toldWhy);
    },
  );

  it.each(
    inTurn(
      Object.entries({
        'a checkbox': <input type="checkbox" id="field" required />,
        'a choice': <select id="field" required children={<option value="">None</option>} />,
        'a group of radio buttons': (
          <>
            <input type="radio" id="field" name="which" required />
            <input type="radio" name="which" />
          </>
        ),
        'a file': <input type="file" id="field" required />,
        'a date': <input type="date" id="field" required />,
        'a text area': <textarea id="field" required />,
        'a pattern': <input id="field" pattern="[0-9]+" defaultValue="abc" />,
        'a field of another form owner': <input id="field" form="form" required />,
      }),
      closed,
      inAndOutOfSight,
    ),
  )('is not sent if a field is not valid: %s', async (_, fields) => {
    const { page, sent } = await openForm({ whenClosed: closed, fields });

    await userEvent.click(page.find('#save'));
    await frames();

    expect(sent).toEqual([]);
    expect(told()).toEqual(toldWhy);
  });
});

describe.each(behaviors)('a form around a gate that closes with %s', (closed) => {
  it('is not sent if a required field is empty, and focus moves to the notice', async () => {
    const { page, sent } = await openForm({ whenClosed: closed, fields: required });

    await userEvent.click(page.find('#save'));
    await frames();

    expect(sent).toEqual([]);
    expect(told()).toEqual(toldWhy);
  });

  it('is sent with all fields, also hidden and unchanged ones, if they are valid', async () => {
    const { page, sent } = await openForm({
      whenClosed: closed,
      fields: (
        <>
          <input name="field" id="field" required defaultValue="half typed" />
          <input type="hidden" name="hidden" value="token" />
          <input type="checkbox" name="check" required defaultChecked />
          <input type="radio" name="which" value="b" required defaultChecked />
        </>
      ),
    });

    await userEvent.click(page.find('#save'));

    expect(sent).toEqual([{ field: 'half typed', hidden: 'token', check: 'on', which: 'b' }]);
    expect(told().focus).toBe('save');
  });
});

// Without a notice of its own, and with one beside the field.
const withAndWithoutNotice: readonly ClosedBehavior[] = ['hide', 'read-only'];

describe.each(everyCombination ? behaviors : withAndWithoutNotice)(
  'a form around a gate that closed with %s',
  (closed) => {
    it('is sent without validation if the form or the button says so', async () => {
      const unchecked = await openForm({
        whenClosed: closed,
        fields: required,
        noValidate: true,
        after: <button form="form" id="draft" formNoValidate />,
      });
      await userEvent.click(unchecked.page.find('#save'));
      await userEvent.click(unchecked.page.find('#draft'));

      expect(unchecked.sent).toHaveLength(2);
      expect(told().focus).toBe('draft');
    });

    it('lets the browser focus an invalid field that people can correct first', async () => {
      const { page, sent } = await openForm({
        whenClosed: closed,
        fields: required,
        before: <input id="other" required />,
      });

      await userEvent.click(page.find('#save'));
      await frames();
      expect(told()).toMatchObject({ focus: 'other' });

      await userEvent.keyboard('right now');
      await userEvent.click(page.find('#save'));
      await frames();

      expect(sent).toEqual([]);
      expect(told()).toEqual(toldWhy);
    });

    it('announces the reason again with each submission', async () => {
      const { page } = await openForm({ whenClosed: closed, fields: required });

      await userEvent.click(page.find('#save'));
      await frames();
      await userEvent.click(page.find('#save'));
      await frames();

      expect(told()).toEqual(toldWhy);
    });

    it('can be validated at any time without moving focus', async () => {
      const { page } = await openForm({ whenClosed: closed, fields: required, before: <input id="other" /> });
      const form = page.find<HTMLFormElement>('#form');
      page.find('#other').addEventListener('input', () => form.checkValidity());

      await userEvent.click(page.find('#other'));
      await userEvent.keyboard('abc');
      form.checkValidity();
      page.find<HTMLInputElement>('#field').checkValidity();
      await frames();

      expect(told()).toMatchObject({ focus: 'other' });
      expect(document.querySelector('[data-maintenance-not-sent]')).toBeNull();
    });

    it('can be validated by its own script while it is submitted', async () => {
      const valid: boolean[] = [];
      const { page } = await openForm({
        whenClosed: closed,
        fields: required,
        noValidate: true,
        onSubmit: (form) => valid.push(form.checkValidity()),
      });

      await userEvent.click(page.find('#save'));
      await frames();

      expect(valid).toEqual([false]);
      expect(told()).toEqual(toldWhy);
    });

    it('is sent as usual when the gate is open again, and has no attribute or handler of the gate', async () => {
      const { page, sent } = await openForm({ whenClosed: closed, fields: required });
      await userEvent.click(page.find('#save'));
      await frames();

      await page.set({ search: false });
      const form = page.find<HTMLFormElement>('#form');
      expect(document.activeElement?.id).toBe('save');
      await userEvent.keyboard('{Enter}');
      await frames();
      expect(document.activeElement?.id).toBe('field');
      await userEvent.keyboard('now');
      await userEvent.click(page.find('#save'));

      expect(sent).toEqual([{ field: 'now' }]);
      expect(Object.hasOwn(form, 'requestSubmit')).toBe(false);
      expect(Object.hasOwn(form, 'reportValidity')).toBe(false);
      expect(document.querySelector('[data-maintenance-not-sent],[readonly]')).toBeNull();
    });

    it('says that a form inside is not sent when its button is outside', async () => {
      const sent: string[] = [];
      const page = await openPage(
        <>
          <MaintenanceGate feature="search" whenClosed={closed}>
            <form id="form" onSubmit={() => sent.push('sent')}>
              <input name="field" defaultValue="valid" />
            </form>
          </MaintenanceGate>
          <button form="form" id="save" />
        </>,
      );
      await page.set({ search: true });

      await userEvent.click(page.find('#save'));
      await frames();

      expect(sent).toEqual([]);
      expect(told()).toEqual(toldWhy);
    });

    it('restores the value of a field that a password manager fills in, and keeps a value that the app sets', async () => {
      const { page, sent } = await openForm({
        whenClosed: closed,
        fields: (
          <>
            <input name="user" id="user" autoComplete="username" defaultValue="bob" />
            <input name="password" id="password" type="password" required />
          </>
        ),
      });

      fillIn(page.find('#user'), 'alice', ['input', 'change']);
      fillIn(page.find('#password'), 'secret', ['change']);
      await userEvent.click(page.find('#save'));
      await frames();

      expect(page.find<HTMLInputElement>('#user').value).toBe('bob');
      expect(page.find<HTMLInputElement>('#password').value).toBe('');
      expect(sent).toEqual([]);
      expect(told()).toEqual(toldWhy);
    });

    it('does not check a field that the app made read-only, as the browser does', async () => {
      const { page, sent } = await openForm({
        whenClosed: closed,
        fields: <input name="field" id="field" required readOnly />,
      });

      await userEvent.click(page.find('#save'));

      expect(sent).toEqual([{ field: '' }]);
    });
  },
);

describe.each(inAndOutOfSight)('a form in a gate that closes with %s', (closed) => {
  it('is reset when its action, which began before, has succeeded', async () => {
    let succeed = () => {};
    const save = () => new Promise<void>((resolve) => (succeed = resolve));
    function Comment() {
      const [saved, action] = useActionState(async () => (await save(), 'saved'), 'not saved');
      return (
        <form action={action}>
          <input id="field" name="text" />
          <button id="send">Send</button>
          <output>{saved}</output>
        </form>
      );
    }
    const page = await openPage(
      <MaintenanceGate feature="comments" whenClosed={closed}>
        <Comment />
      </MaintenanceGate>,
    );
    await userEvent.type(page.find('#field'), 'A comment');
    await userEvent.click(page.find('#send'));

    await page.set({ comments: true });
    succeed();
    await expect.poll(() => page.find('output').textContent).toBe('saved');
    await page.set({ comments: false });

    expect(page.find<HTMLInputElement>('#field').value).toBe('');
  });

  it('keeps the file that the app knows when another one is chosen in a window of the browser that was open', async () => {
    const known: (string | undefined)[] = [];
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <input id="file" type="file" onChange={({ target }) => known.push(target.files?.[0]?.name)} />
      </MaintenanceGate>,
    );
    const input = page.find<HTMLInputElement>('#file');
    chooseFile(input, 'one.txt');

    await page.set({ search: true });
    chooseFile(input, 'two.txt');
    await page.set({ search: false });

    expect(known).toEqual(['one.txt']);
    expect(input.files?.[0]?.name).toBe('one.txt');
  });
});

it('restores a value that a password manager fills in, also in a gate that is rendered into a frame', async () => {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  onTestFinished(() => frame.remove());
  const { body } = frame.contentDocument ?? document;
  const page = await openPage(
    createPortal(
      <MaintenanceGate feature="search" whenClosed="read-only">
        <input defaultValue="bob" />
      </MaintenanceGate>,
      body,
    ),
  );
  await page.set({ search: true });
  const field = body.querySelector('input');

  if (field) fillIn(field, 'alice', ['input', 'change']);

  expect(field?.value).toBe('bob');
});

it('closes in a form whose fields have the names of properties of a form', async () => {
  const onError = vi.fn((event: Event) => event.preventDefault());
  addEventListener('error', onError);
  onTestFinished(() => removeEventListener('error', onError));
  const { page } = await openForm({
    before: ['children', 'elements'].map((name) => <input key={name} name={name} />),
    fields: (
      <>
        <button id="field" type="button">
          Search
        </button>
        {createElement('x-field')}
      </>
    ),
  });
  await userEvent.click(page.find('#save'));

  expect(onError).not.toHaveBeenCalled();
});

it.each(['replace', 'disable'] as const)(
  'shows the notice when a form was not sent, even if the gate normally has none: %s without a fallback',
  async (closed) => {
    const { page, sent } = await openForm({ whenClosed: closed, fallback: null, fields: required });

    await userEvent.click(page.find('#save'));
    await frames();

    expect(sent).toEqual([]);
    expect(told()).toEqual(toldWhy);
  },
);

it('says in a fallback of the app, too, why a form was not sent', async () => {
  const { page } = await openForm({ fallback: 'Search is moving.', fields: required });
  // A fallback may contain anything, so the closing is announced, too.
  await vi.waitFor(() => expect(told().spoken).toBe('search is unavailable.'));

  await userEvent.click(page.find('#save'));
  await frames();

  expect(told()).toEqual(toldWhy);
  expect(document.activeElement?.textContent).toBe(`Search is moving.${sentence}`);
});

it('lets the browser validate allowed fields in a closed gate', async () => {
  const { page } = await openForm({
    whenClosed: 'read-only',
    fields: <input id="live" required data-maintenance-allow="" />,
  });

  await userEvent.click(page.find('#save'));
  await frames();

  expect(told()).toMatchObject({ focus: 'live' });
});

it('moves focus to the first of several gates that stop a form from being sent', async () => {
  const page = await openPage(
    <form id="form">
      <MaintenanceGate feature="search" whenClosed="read-only">
        <input name="first" required />
      </MaintenanceGate>
      <MaintenanceGate feature="search">
        <input name="second" required />
      </MaintenanceGate>
      <button id="save">Save</button>
    </form>,
  );
  await page.set({ search: true });

  await userEvent.click(page.find('#save'));
  await frames();

  expect(told()).toEqual(toldWhy);
  expect(document.activeElement).toBe(document.querySelector('[data-maintenance-notice]'));
  await page.set({ search: false });
  expect(Object.hasOwn(page.find('#form'), 'requestSubmit')).toBe(false);
});

it.each([
  ['replace', 'read-only'],
  ['read-only', 'replace'],
  ['disable', 'read-only'],
] as const)('moves focus to the visible notice of nested gates: %s around %s', async (outer, inner) => {
  const page = await openPage(
    <form>
      <MaintenanceGate feature="search" whenClosed={outer}>
        <MaintenanceGate feature="search" whenClosed={inner}>
          <input name="field" required />
        </MaintenanceGate>
      </MaintenanceGate>
      <button id="save">Save</button>
    </form>,
  );
  await page.set({ search: true });

  await userEvent.click(page.find('#save'));
  await frames();

  expect(told()).toEqual(toldWhy);
  expect(document.querySelectorAll('[data-maintenance-not-sent]')).toHaveLength(1);
});

/** What the browser does when its window closes. */
function chooseFile(input: HTMLInputElement, name: string): void {
  const chosen = new DataTransfer();
  chosen.items.add(new File([name], name));
  input.files = chosen.files;
  for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }));
}

/** As extensions do it: not by typing. */
function fillIn(field: HTMLElement, value: string, events: readonly string[]): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, value);
  for (const type of events) field.dispatchEvent(new Event(type, { bubbles: true }));
}
