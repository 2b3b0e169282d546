import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { MaintenanceBanner, MaintenanceGate, type Mode } from 'react-maintenance-mode';
import { fixtureOf, type Fixture } from '../fixtures.js';
import { OperatorPanel } from '../patterns/OperatorPanel.js';
import { shop } from '../shop.js';
import { Switch } from './Switch.js';

const meta = {
  title: 'Components/MaintenanceBanner',
  component: MaintenanceBanner,
  // The docs page is MaintenanceBanner.mdx.
  tags: ['!autodocs'],
  argTypes: {
    headingLevel: { control: 'select', options: [2, 3, 4, 5, 6] },
    dismissible: { control: 'boolean' },
    icon: { control: 'text' },
    action: { control: 'text' },
    link: { control: false },
  },
  parameters: {
    page: true,
    maintenance: {
      features: shop,
      inMaintenance: { search: fixtureOf('active', 'down').flag },
    },
  },
} satisfies Meta<typeof MaintenanceBanner>;

export default meta;
type Story = StoryObj<typeof meta>;

/** A banner on a page: before, during and after a maintenance. */
export const InUse: Story = {
  parameters: { maintenance: { inMaintenance: { search: false } }, controls: { disable: true } },
  render: (args) => (
    <>
      <div className="story-page">
        <Switch feature="search" flag={fixtureOf('active', 'down').flag}>
          Search is down
        </Switch>
      </div>
      <MaintenanceBanner {...args} />
      <main className="story-page">
        <h1>Departments</h1>
        <p>Kitchen, garden, workshop.</p>
      </main>
    </>
  ),
  play: async ({ canvas, userEvent }) => {
    const flag = canvas.getByRole('switch', { name: 'Search is down' });
    await expect(canvas.queryByRole('region')).toBeNull();

    await userEvent.click(flag);
    await expect(canvas.getByRole('region', { name: /^Search is unavailable until/ })).toBeVisible();

    await userEvent.click(flag);
    await expect(canvas.getByRole('region', { name: 'Search is available again' })).toBeVisible();
  },
};

export const Default: Story = {};

export const Playground: Story = { args: { headingLevel: 2 } };

export const NothingToTell: Story = {
  parameters: { maintenance: { inMaintenance: { search: false } } },
  play: async ({ canvas }) => {
    await expect(canvas.queryByRole('region')).toBeNull();
  },
};

export const ScheduledDegraded: Story = state('scheduled', 'degraded');
export const ScheduledReadOnly: Story = state('scheduled', 'read-only');
export const ScheduledDown: Story = state('scheduled', 'down');
export const ActiveDegraded: Story = state('active', 'degraded');
export const ActiveReadOnly: Story = state('active', 'read-only');
export const ActiveDown: Story = state('active', 'down');
export const OverdueDegraded: Story = state('overdue', 'degraded');
export const OverdueReadOnly: Story = state('overdue', 'read-only');
export const OverdueDown: Story = state('overdue', 'down');
export const RecoveringDegraded: Story = state('recovering', 'degraded');
export const RecoveringReadOnly: Story = state('recovering', 'read-only');
export const RecoveringDown: Story = state('recovering', 'down');

/** The operator's texts replace the built-in ones. */
export const InTheOperatorsWords: Story = {
  parameters: {
    maintenance: {
      inMaintenance: {
        search: {
          endsAt: '2026-11-23T15:30:00Z',
          title: 'Search is back at half past three',
          message: 'We are adding the new winter catalogue. You can browse all departments meanwhile.',
          link: { href: '/departments', text: 'Browse departments' },
        },
      },
    },
  },
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('link', { name: 'Browse departments' })).toBeVisible();
  },
};

/** One banner for several features: it names the worst and counts the rest. */
export const SeveralFeatures: Story = {
  parameters: {
    maintenance: {
      inMaintenance: {
        search: fixtureOf('active', 'down').flag,
        reviews: fixtureOf('active', 'read-only').flag,
        suggestions: fixtureOf('active', 'degraded').flag,
      },
    },
  },
  play: async ({ canvas }) => {
    await expect(canvas.getAllByRole('region')).toHaveLength(1);
    await expect(canvas.getByText(/2 more/)).toBeVisible();
  },
};

/** People can dismiss it until the next phase or window. The next feature takes its place. */
export const Dismissed: Story = {
  ...SeveralFeatures,
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Dismiss' }));

    await expect(canvas.getByRole('region', { name: /^Reviews can be read/ })).toBeVisible();
    await expect(canvas.getByText('and 1 more notice')).toBeVisible();
  },
};

/** People who saw the maintenance are told that it is over. */
export const Over: Story = {
  parameters: { maintenance: { inMaintenance: { search: true } } },
  render: (args) => (
    <>
      <OperatorPanel features={{ search: shop.search }} chosen="down" />
      <MaintenanceBanner {...args} />
    </>
  ),
  play: async ({ canvas, userEvent }) => {
    await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'Search' }), 'off');

    await expect(canvas.getByRole('region', { name: 'Search is available again' })).toBeVisible();
  },
};

/** An icon and an action of your own. */
export const WithIconAndAction: Story = {
  args: {
    icon: <span>⏳</span>,
    action: <a href="#status">See what we are doing</a>,
  },
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('link', { name: 'See what we are doing' })).toBeVisible();
  },
};

/** A page should have one banner. If it has two, give the second its own name, because landmarks need distinct names. */
export const SeveralOfAll: Story = {
  parameters: {
    maintenance: SeveralFeatures.parameters?.['maintenance'] as object,
    a11y: { config: { rules: [{ id: 'region', enabled: true }] } },
  },
  render: (args) => (
    <>
      <MaintenanceBanner {...args} />
      <main style={{ padding: '1.5rem' }}>
        <h1>Whistling kettle, 2 litres</h1>
        {(['search', 'reviews', 'suggestions'] as const).map((feature) => (
          <MaintenanceGate key={feature} feature={feature} requires="write" headingLevel={2} />
        ))}
      </main>
      <MaintenanceBanner {...args} aria-label="At the end of the page" />
    </>
  ),
  play: async ({ canvas }) => {
    await expect(canvas.getAllByRole('region')).toHaveLength(2);
  },
};

/** On a page whose gates already say what is closed, `filter` limits the banner to what is upcoming and what is over. */
export const BesideGates: Story = {
  args: { filter: ({ mode }) => mode === 'none' },
  parameters: {
    maintenance: {
      inMaintenance: {
        search: fixtureOf('active', 'down').flag,
        reviews: fixtureOf('scheduled', 'read-only').flag,
      },
    },
  },
  render: (args) => (
    <>
      <MaintenanceBanner {...args} />
      <main className="story-page">
        <h1>Whistling kettle, 2 litres</h1>
        <MaintenanceGate feature="search" headingLevel={2} />
      </main>
    </>
  ),
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('region', { name: /^Reviews can only be read from/ })).toBeVisible();
    await expect(canvas.getAllByText(/^Search is unavailable/)).toHaveLength(1);
  },
};

/** `dismissible={false}`: the banner stays as long as the maintenance lasts. */
export const NotDismissible: Story = {
  args: { dismissible: false },
  play: async ({ canvas }) => {
    await expect(canvas.queryByRole('button', { name: 'Dismiss' })).toBeNull();
  },
};

function state(phase: Fixture['phase'], mode: Mode): Story {
  const { flag, title } = fixtureOf(phase, mode);
  return {
    parameters: { maintenance: { inMaintenance: { search: flag } } },
    play: async ({ canvas }) => {
      await expect(canvas.getByRole('region', { name: title })).toBeVisible();
    },
  };
}
