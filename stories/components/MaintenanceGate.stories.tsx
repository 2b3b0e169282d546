import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { MaintenanceGate, type ClosedBehavior, type Mode } from 'react-maintenance-mode';
import { fixtureOf, type Fixture } from '../fixtures.js';
import { shop } from '../shop.js';
import { FiveBehaviors as Behaviors } from './FiveBehaviors.js';
import { ReviewForm } from './ReviewForm.js';

const meta = {
  title: 'Components/MaintenanceGate',
  component: MaintenanceGate,
  // The docs page is MaintenanceGate.mdx.
  tags: ['!autodocs'],
  args: { feature: 'search', children: <ReviewForm /> },
  argTypes: {
    children: { control: false },
    fallback: { control: 'text' },
    feature: { control: false },
    requires: {
      description: 'What the children need. With `read`, the gate stays open while its feature is read-only.',
      table: { type: { summary: "'read' | 'write'" } },
      control: 'inline-radio',
      options: ['read', 'write'],
    },
    whenClosed: {
      description: 'What happens to the children while the gate is closed.',
      table: { type: { summary: 'ClosedBehavior' } },
      control: 'select',
      options: ['replace', 'hide', 'disable', 'read-only', 'overlay'],
    },
    as: {
      description: 'The element that the gate is. `span` is inline, with a short notice.',
      table: { type: { summary: 'GateElement' } },
      control: 'select',
      options: ['div', 'section', 'span'],
    },
    headingLevel: {
      description: 'The level of the heading of the built-in notice.',
      table: { type: { summary: '2 | 3 | 4 | 5 | 6' } },
      control: 'select',
      options: [2, 3, 4, 5, 6],
    },
  },
  parameters: {
    maintenance: {
      features: shop,
      inMaintenance: { search: fixtureOf('active', 'down').flag },
    },
  },
} satisfies Meta<typeof MaintenanceGate>;

export default meta;
type Story = StoryObj<typeof meta>;

/** The same form in a gate of each of the five behaviors. */
export const FiveBehaviors: Story = {
  parameters: { maintenance: { inMaintenance: { search: false } }, controls: { disable: true } },
  render: () => <Behaviors />,
  play: async ({ canvas, userEvent }) => {
    // Queries ignore `inert`.
    const fields = () =>
      canvas.queryAllByRole('textbox', { name: 'Your review' }).filter((field) => !field.closest('[inert]'));
    await expect(fields()).toHaveLength(5);

    await userEvent.click(canvas.getByRole('switch', { name: 'Close all five gates' }));

    // Two of the five forms can still be reached.
    await expect(fields()).toHaveLength(2);
    await expect(canvas.getByText('The notice takes the place of the form.')).toBeVisible();
  },
};

/** The built-in notice. */
export const Default: Story = {};

export const Playground: Story = { args: { requires: 'read', whenClosed: 'replace' } };

export const Open: Story = {
  parameters: { maintenance: { inMaintenance: { search: false } } },
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('textbox', { name: 'Your review' })).toBeVisible();
  },
};

export const ScheduledDegraded: Story = open('scheduled', 'degraded');
export const ScheduledReadOnly: Story = open('scheduled', 'read-only');
export const ScheduledDown: Story = open('scheduled', 'down');
export const ActiveDegraded: Story = open('active', 'degraded');
export const ActiveReadOnly: Story = open('active', 'read-only');
export const ActiveReadOnlyRequiresWrite: Story = closed('active', 'read-only');
export const ActiveDown: Story = closed('active', 'down');
export const OverdueReadOnlyRequiresWrite: Story = closed('overdue', 'read-only');
export const OverdueDown: Story = closed('overdue', 'down');
export const RecoveringReadOnlyRequiresWrite: Story = closed('recovering', 'read-only');
export const RecoveringDown: Story = closed('recovering', 'down');

/** A fallback of your own, in place of the built-in notice. */
export const WithFallback: Story = {
  args: { fallback: <p>Search is unavailable. The menu still has everything.</p> },
  play: async ({ canvas }) => {
    await expect(canvas.getByText(/The menu still has everything/)).toBeVisible();
    await expect(canvas.queryByRole('heading')).toBeNull();
  },
};

/** A child that itself shows that it is degraded. */
export const ChildrenAsFunction: Story = {
  args: {
    children: ({ mode }) =>
      mode === 'degraded' ? <p>Results may be up to an hour old.</p> : <p>Fresh results.</p>,
  },
  parameters: { maintenance: { inMaintenance: { search: fixtureOf('active', 'degraded').flag } } },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Results may be up to an hour old.')).toBeVisible();
  },
};

/** The fallback takes the place of the children and reserves the space that they took. */
export const ClosedReplace: Story = behavior('replace');

/** Shows nothing in its place, for features that nobody will miss. */
export const ClosedHide: Story = {
  ...behavior('hide'),
  play: async ({ canvas }) => {
    await expect(canvas.queryByRole('textbox')).toBeNull();
    await expect(canvas.queryByRole('heading')).toBeNull();
  },
};

/** Visible and focusable, but cannot be activated or changed. It says why. */
export const ClosedDisable: Story = inSight('disable');

/** As `disable`, at full contrast: for content that people want to read and copy. */
export const ClosedReadOnly: Story = inSight('read-only');

/** Visible and inert, under a notice. */
export const ClosedOverlay: Story = {
  ...behavior('overlay'),
  play: async ({ canvas }) => {
    const button = canvas.getByText('Send review');
    await expect(button).toBeVisible();
    button.focus();
    await expect(button).not.toHaveFocus();
  },
};

function behavior(closed: ClosedBehavior): Story {
  return {
    args: { requires: 'write', whenClosed: closed },
    parameters: { maintenance: { inMaintenance: { search: fixtureOf('active', 'read-only').flag } } },
  };
}

function inSight(closed: ClosedBehavior): Story {
  return {
    ...behavior(closed),
    play: async ({ canvas, userEvent }) => {
      const text = canvas.getByRole<HTMLTextAreaElement>('textbox', { name: 'Your review' });
      const before = text.value;

      await userEvent.type(text, ' it is');

      await expect(text).toHaveFocus();
      await expect(text).toHaveValue(before);
    },
  };
}

function open(phase: Fixture['phase'], mode: Mode): Story {
  return {
    parameters: { maintenance: { inMaintenance: { search: fixtureOf(phase, mode).flag } } },
    play: async ({ canvas }) => {
      await expect(canvas.getByRole('textbox', { name: 'Your review' })).toBeVisible();
      await expect(canvas.queryByRole('heading')).toBeNull();
    },
  };
}

/** `requires="write"`: every mode except `degraded` closes the gate and shows its notice. */
function closed(phase: Fixture['phase'], mode: Mode): Story {
  const { flag, title } = fixtureOf(phase, mode);
  return {
    args: { requires: 'write' },
    parameters: { maintenance: { inMaintenance: { search: flag } } },
    play: async ({ canvas }) => {
      await expect(canvas.getByRole('heading', { name: title })).toBeVisible();
      await expect(canvas.queryByRole('textbox')).toBeNull();
    },
  };
}
