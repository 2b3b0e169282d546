import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { MaintenanceGate, type Mode } from 'react-maintenance-mode';
import { fixtureOf, type Fixture } from '../fixtures.js';
import { shop } from '../shop.js';
import { ReviewForm } from './ReviewForm.js';

const meta = {
  title: 'Components/MaintenanceGate',
  component: MaintenanceGate,
  args: { feature: 'search', children: <ReviewForm /> },
  argTypes: { children: { control: false }, fallback: { control: 'text' }, feature: { control: false } },
  parameters: {
    maintenance: {
      features: shop,
      flags: { 'search-maintenance': fixtureOf('active', 'down').flag },
    },
  },
} satisfies Meta<typeof MaintenanceGate>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Default: Story = {};

export const Playground: Story = { args: { requires: 'read', closed: 'replace' } };

export const Open: Story = {
  parameters: { maintenance: { flags: { 'search-maintenance': false } } },
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
    await expect(canvas.queryByRole('region')).toBeNull();
  },
};

/** A child that shows by itself that it is degraded. */
export const ChildrenAsFunction: Story = {
  args: {
    children: ({ mode }) =>
      mode === 'degraded' ? <p>Results may be up to an hour old.</p> : <p>Fresh results.</p>,
  },
  parameters: { maintenance: { flags: { 'search-maintenance': fixtureOf('active', 'degraded').flag } } },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Results may be up to an hour old.')).toBeVisible();
  },
};

/** Nothing is in its place: for what nobody misses. */
export const Hidden: Story = {
  args: { closed: 'hide' },
  play: async ({ canvas }) => {
    await expect(canvas.queryByRole('textbox')).toBeNull();
    await expect(canvas.queryByRole('region')).toBeNull();
  },
};

function open(phase: Fixture['phase'], mode: Mode): Story {
  return {
    parameters: { maintenance: { flags: { 'search-maintenance': fixtureOf(phase, mode).flag } } },
    play: async ({ canvas }) => {
      await expect(canvas.getByRole('textbox', { name: 'Your review' })).toBeVisible();
      await expect(canvas.queryByRole('region')).toBeNull();
    },
  };
}

/** Closed for what needs to write, so that every mode but `degraded` shows its notice. */
function closed(phase: Fixture['phase'], mode: Mode): Story {
  const { flag, title } = fixtureOf(phase, mode);
  return {
    args: { requires: 'write' },
    parameters: { maintenance: { flags: { 'search-maintenance': flag } } },
    play: async ({ canvas }) => {
      await expect(canvas.getByRole('region', { name: title })).toBeVisible();
      await expect(canvas.queryByRole('textbox')).toBeNull();
    },
  };
}
