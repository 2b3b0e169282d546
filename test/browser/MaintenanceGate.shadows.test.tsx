import type { FormEvent } from 'react';
import { createPortal } from 'react-dom';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inTurn } from '../inTurn.js';
import { frames, openPage } from './openPage.js';

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];
const sentence = 'The form was not sent, because this part of it cannot be completed now.';

/** The name of a custom element. React renders any name, and its types know those of HTML only. */
type Tag = 'input';

/** A field as libraries of web components make it: a field in a shadow root, whose value and validity the element passes on. */
function defineField(mode: ShadowRootMode): Tag {
  return define(`${mode}-field`, () => {
    return class extends HTMLElement {
      static readonly formAssociated = true;
      readonly #internals = this.attachInternals();
      readonly #field = document.createElement('input');

      constructor() {
        super();
        this.attachShadow({ mode, delegatesFocus: true }).append(this.#field);
        this.#field.required = true;
        this.#field.addEventListener('input', () => this.#pass());
      }

      connectedCallback() {
        this.#pass();
      }

      #pass() {
        const { value, validity, validationMessage } = this.#field;
        this.#internals.setFormValue(value);
        this.#internals.setValidity(validity, validationMessage, this.#field);
      }
    };
  });
}

/** A button of such a library. It submits the form by itself. */
function defineButton(): Tag {
  return define('submit-button', () => {
    return class extends HTMLElement {
      static readonly formAssociated = true;
      readonly #internals = this.attachInternals();

      constructor() {
        super();
        this.attachShadow({ mode: 'open' }).append(document.createElement('button'));
        this.addEventListener('click', () => this.#internals.form?.requestSubmit());
      }
    };
  });
}

function define(name: string, create: () => CustomElementConstructor): Tag {
  if (!customElements.get(name)) customElements.define(name, create());
  return name as Tag;
}

/** A shadow root that is on the page until the test ends. */
function openShadow(): ShadowRoot {
  const host = document.body.appendChild(document.createElement('div'));
  onTestFinished(() => host.remove());
  return host.attachShadow({ mode: 'open' });
}

/** Where the person is, when they were told why the form was not sent. */
function told(): { focus: string; text: string | undefined } {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  const notice = active?.closest('[data-maintenance-notice]');
  return {
    focus: notice ? 'notice' : active?.id || (active?.localName ?? ''),
    text: notice?.querySelector('[data-maintenance-not-sent]')?.textContent,
  };
}

const toldWhy = { focus: 'notice', text: sentence };

function listenToForm(sent: unknown[]) {
  return (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    sent.push(Object.fromEntries(new FormData(event.currentTarget)));
  };
}

describe.each(behaviors)('a form with custom elements in a gate that closes with %s', (closed) => {
  it.each(inTurn(['open', 'closed'] as const, closed, behaviors))(
    'is not sent if a custom element with an %s shadow root is not valid',
    async (mode) => {
      const Field = defineField(mode);
      const sent: unknown[] = [];
      const page = await openPage(
        <form onSubmit={listenToForm(sent)}>
          <MaintenanceGate feature="search" whenClosed={closed}>
            <Field name="field" />
          </MaintenanceGate>
          <button id="save">Save</button>
        </form>,
      );
      await page.set({ search: true });

      await userEvent.click(page.find('#save'));
      await frames();

      expect(sent).toEqual([]);
      expect(told()).toEqual(toldWhy);
    },
  );

  it('is not sent by a button that is a custom element', async () => {
    const [Field, Button] = [defineField('open'), defineButton()];
    const sent: unknown[] = [];
    const page = await openPage(
      <form onSubmit={listenToForm(sent)}>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <Field name="field" />
        </MaintenanceGate>
        <Button id="save" />
      </form>,
    );
    await page.set({ search: true });

    await userEvent.click(page.find('#save'));
    await frames();

    expect(sent).toEqual([]);
    expect(told()).toEqual(toldWhy);
  });

  it.each(inTurn(['open-field', 'input'], closed, behaviors))(
    'is not sent if a field in the gate with a form attribute is not valid: %s',
    async (field) => {
      const Field = field === 'input' ? 'input' : defineField('open');
      const sent: unknown[] = [];
      const page = await openPage(
        <>
          <form id="form" onSubmit={listenToForm(sent)}>
            <button id="save">Save</button>
          </form>
          <MaintenanceGate feature="search" whenClosed={closed}>
            <Field name="field" form="form" required />
          </MaintenanceGate>
        </>,
      );
      await page.set({ search: true });

      await userEvent.click(page.find('#save'));
      await frames();
      expect(sent).toEqual([]);
      expect(told()).toEqual(toldWhy);

      page.find('#save').focus();
      page.find<HTMLFormElement>('#form').requestSubmit();
      await frames();
      expect(sent).toEqual([]);
      expect(told()).toEqual(toldWhy);
    },
  );

  it.each(inTurn(['input', 'open-field'], closed, behaviors))(
    'is not sent if the whole page is in a shadow root: %s',
    async (field) => {
      const Field = field === 'input' ? 'input' : defineField('open');
      const shadow = openShadow();
      const sent: unknown[] = [];
      const page = await openPage(
        createPortal(
          <form onSubmit={listenToForm(sent)}>
            <MaintenanceGate feature="search" whenClosed={closed}>
              <Field name="field" required />
            </MaintenanceGate>
            <button id="save">Save</button>
          </form>,
          shadow,
        ),
      );
      await page.set({ search: true });
      const save = shadow.querySelector<HTMLElement>('#save');

      save?.click();
      await frames();
      expect(sent).toEqual([]);
      expect(told()).toEqual(toldWhy);

      save?.focus();
      shadow.querySelector('form')?.requestSubmit();
      await frames();
      expect(sent).toEqual([]);
      expect(told()).toEqual(toldWhy);
    },
  );

  it('is not sent from the shadow root of a child, however it is submitted', async () => {
    const sent: Event[] = [];
    const page = await openPage(
      <>
        <MaintenanceGate feature="search" whenClosed={closed}>
          <div id="host" />
        </MaintenanceGate>
        <button id="save">Save</button>
      </>,
    );
    const root = page.find('#host').attachShadow({ mode: 'open' });
    root.innerHTML = '<form><input value="valid"><button>Send</button></form>';
    const form = root.querySelector('form');
    form?.addEventListener('submit', (event) => {
      event.preventDefault();
      sent.push(event);
    });
    page.find('#save').onclick = () => form?.requestSubmit();
    await page.set({ search: true });

    root.querySelector('button')?.click();
    root.querySelector('input')?.focus();
    await userEvent.keyboard('{Enter}');
    expect(sent).toEqual([]);
    await userEvent.click(page.find('#save'));
    await frames();

    expect(sent).toEqual([]);
    expect(told()).toEqual(toldWhy);

    await page.set({ search: false });
    await userEvent.click(page.find('#save'));
    expect(sent).toHaveLength(1);
  });
});

describe.each(['disable', 'read-only'] as const)('a gate that closes with %s', (closed) => {
  it('changes nothing in a custom element with a closed shadow root', async () => {
    const Element = 'opaque-element' as Tag;
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Element id="host" style={{ display: 'block' }} />
        <button id="after">After</button>
      </MaintenanceGate>,
    );
    const host = page.find('#host');
    const root = host.attachShadow({ mode: 'closed' });
    const choice = '<option>a<option selected>b';
    root.innerHTML = `<select size="2">${choice}</select><select>${choice}</select><input type="range" value="50">
      <input type="checkbox"><input type="date" value="2026-02-02"><input type="number" value="3">`;
    const changes: string[] = [];
    for (const type of ['click', 'input', 'change']) root.addEventListener(type, () => changes.push(type));
    await page.set({ search: true });

    const { left, top } = host.getBoundingClientRect();
    for (const control of root.querySelectorAll<HTMLElement>('select,input')) {
      const box = control.getBoundingClientRect();
      const position = { x: box.left - left + 8, y: box.top - top + 8 };
      await userEvent.click(host, { position, force: true });
      control.focus();
      await userEvent.keyboard('{Enter} {ArrowUp}{Home}5a');
    }

    expect(changes).toEqual([]);
    expect(root.activeElement).toBe(root.querySelector('[type=number]'));
    await userEvent.tab();
    expect(document.activeElement?.id).toBe('after');
  });
});

describe.each(behaviors)('focus in a closed shadow root, in a gate that closes with %s', (closed) => {
  it.each(inTurn([true, false], closed, behaviors))(
    'returns to its host: delegatesFocus %s',
    async (delegatesFocus) => {
      const page = await openPage(
        <MaintenanceGate feature="search" whenClosed={closed}>
          <div id="host" />
          <button>Other</button>
        </MaintenanceGate>,
      );
      const root = page.find('#host').attachShadow({ mode: 'closed', delegatesFocus });
      root.innerHTML = '<input>';
      root.querySelector('input')?.focus();

      await page.set({ search: true });
      expect(document.activeElement).not.toBe(document.body);
      await page.set({ search: false });

      expect(document.activeElement?.id).toBe('host');
      if (delegatesFocus) expect(root.activeElement).toBe(root.querySelector('input'));
    },
  );
});

it('does not make an element focusable whose shadow root has focus', async () => {
  const page = await openPage(
    <MaintenanceGate feature="search" whenClosed="disable">
      <div id="host" />
    </MaintenanceGate>,
  );
  const field = page
    .find('#host')
    .attachShadow({ mode: 'open' })
    .appendChild(document.createElement('input'));
  field.focus();

  await page.set({ search: true });
  page.find('#host').className = 'changed';
  await frames();

  expect(page.find('#host').hasAttribute('tabindex')).toBe(false);
  expect(page.find('#host').shadowRoot?.activeElement).toBe(field);
});
