import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import * as Popover from '@radix-ui/react-popover';
import {
  ComboBox,
  Input,
  ListBox,
  ListBoxItem,
  NumberField,
  Popover as AriaPopover,
  SearchField,
} from 'react-aria-components';
import Select from 'react-select';
import { MaintenanceGate, type ClosedBehavior } from 'react-maintenance-mode';
import { userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { openPage } from '../browser/openPage.js';
import { inTurn } from '../inTurn.js';
import { oneOnReact18 } from './oneOnReact18.js';

const hiding: readonly ClosedBehavior[] = ['replace', 'hide', 'overlay'];
const guarding: readonly ClosedBehavior[] = ['disable', 'read-only'];
const words = ['half typed', 'half past', 'whole'];

function MuiAutocomplete() {
  return <Autocomplete options={words} renderInput={(params) => <TextField {...params} label="Words" />} />;
}

function AriaComboBox() {
  return (
    <ComboBox aria-label="Words">
      <Input />
      <AriaPopover>
        <ListBox>
          {words.map((word) => (
            <ListBoxItem key={word} id={word}>
              {word}
            </ListBoxItem>
          ))}
        </ListBox>
      </AriaPopover>
    </ComboBox>
  );
}

function ReactSelect() {
  return (
    <Select
      aria-label="Words"
      options={words.map((word) => ({ value: word, label: word }))}
      menuPortalTarget={document.body}
    />
  );
}

function RadixPopover() {
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger>Words</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content>
          <input aria-label="Words" />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const widgets = {
  'Autocomplete of MUI': MuiAutocomplete,
  'ComboBox of React Aria': AriaComboBox,
  'react-select': ReactSelect,
  'Popover of Radix': RadixPopover,
};

describe.each(oneOnReact18(widgets))('text that was typed into %s', (name, Widget) => {
  it.each([hiding, guarding].flatMap((behaviors) => inTurn(behaviors, name, Object.keys(widgets))))(
    'is kept, with focus and caret, while its gate is closed: %s',
    async (closed) => {
      const page = await openPage(
        <>
          <MaintenanceGate feature="search" whenClosed={closed}>
            <Widget />
          </MaintenanceGate>
          <button id="after">After</button>
        </>,
      );
      await expect.poll(() => document.querySelector('input')).not.toBeNull();
      const input = page.find<HTMLInputElement>('input');
      await userEvent.click(input);
      await userEvent.keyboard('half{ArrowLeft>2/}');
      const popups = () =>
        [...document.querySelectorAll('[role=listbox],[role=dialog]')].filter((popup) =>
          popup.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
        );

      await page.set({ search: true });
      if (closed === 'replace' || closed === 'hide') {
        expect(document.activeElement).not.toBe(document.body);
        expect(popups()).toEqual([]);
      }
      await page.set({ search: false });

      expect(input.isConnected).toBe(true);
      expect(input.value).toBe('half');
      await expect.poll(() => document.activeElement).toBe(input);
      await userEvent.keyboard('_');
      expect(input.value).toBe('ha_lf');
      // A blur by the person is reported as usual.
      if (name === 'Popover of Radix') return;
      page.find('#after').focus();
      await expect.poll(() => input.value).toBe('');
    },
  );
});

it.each(['disable', 'read-only'] as const)(
  'keeps text and numbers that these widgets clear or change by themselves: %s',
  async (closed) => {
    const page = await openPage(
      <MaintenanceGate feature="search" whenClosed={closed}>
        <Autocomplete
          freeSolo
          clearOnEscape
          options={[]}
          renderInput={(params) => <TextField {...params} label="Words" />}
        />
        <SearchField aria-label="Search">
          <Input />
        </SearchField>
        <NumberField aria-label="Amount" defaultValue={5}>
          <Input />
        </NumberField>
      </MaintenanceGate>,
    );
    const [words, search, amount] = [...document.querySelectorAll('input')];
    for (const text of [words, search]) if (text) await userEvent.type(text, 'half');
    await page.set({ search: true });

    for (const input of [words, search, amount]) {
      input?.focus();
      await userEvent.keyboard('{Escape}{Escape}{ArrowUp}{PageUp}');
    }
    if (amount) await userEvent.wheel(amount, { delta: { y: 100 } });

    expect([words?.value, search?.value, amount?.value]).toEqual(['half', 'half', '5']);
  },
);
