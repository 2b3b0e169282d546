import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { MaintenancePage, type Features } from 'react-maintenance-mode';
import { OperatorPanel } from '../patterns/OperatorPanel.js';
import { ShopPage } from '../patterns/ShopPage.js';
import { shop } from '../shop.js';
import { fixtureOf } from '../fixtures.js';

const { site } = shop;
const panel: Features = { site };

const meta = {
  title: 'Components/MaintenancePage',
  component: MaintenancePage,
  // The docs page is MaintenancePage.mdx.
  tags: ['!autodocs'],
  args: { feature: 'site', children: <ShopPage /> },
  argTypes: {
    children: { control: false },
    feature: { control: false },
    requires: { control: 'inline-radio', options: ['read', 'write'] },
    icon: { control: 'text' },
    action: { control: 'text' },
    link: { control: false },
  },
  parameters: {
    page: true,
    maintenance: { features: shop, inMaintenance: { site: fixtureOf('active', 'down').flag } },
    a11y: { config: { rules: [{ id: 'region', enabled: true }] } },
    docs: { story: { inline: false, height: '24rem' } },
  },
} satisfies Meta<typeof MaintenancePage>;

export default meta;
type Story = StoryObj<typeof meta>;

/** The app below the page keeps what the person entered. */
export const ThereAndBack: Story = {
  parameters: { maintenance: { inMaintenance: { site: false } } },
  render: (args) => (
    <>
      <OperatorPanel features={panel} />
      <MaintenancePage {...args} />
    </>
  ),
  play: async ({ canvas, userEvent }) => {
    const search = canvas.getByRole('searchbox');
    const flag = canvas.getByRole('combobox', { name: 'Shop' });
    await userEvent.type(search, 'copper ket');

    await userEvent.selectOptions(flag, 'down');
    await expect(search).not.toBeVisible();

    await userEvent.selectOptions(flag, 'off');
    await expect(search).toBeVisible();
    await expect(search).toHaveValue('copper ket');
  },
};

export const Default: Story = {
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('heading', { level: 1, name: 'Sorry: Shop is unavailable' })).toBeVisible();
    await expect(canvas.getAllByRole('main')).toHaveLength(1);
  },
};

export const Playground: Story = { args: { requires: 'read' } };

/** Without a promised end, the page names no time. */
export const NoEnd: Story = {
  parameters: { maintenance: { inMaintenance: { site: true } } },
  play: async ({ canvas }) => {
    await expect(canvas.getByText(/no end time yet/)).toBeVisible();
  },
};

export const Overdue: Story = {
  parameters: { maintenance: { inMaintenance: { site: fixtureOf('overdue', 'down').flag } } },
  play: async ({ canvas }) => {
    await expect(canvas.getByText(/taking longer than planned/)).toBeVisible();
  },
};

export const Recovering: Story = {
  parameters: { maintenance: { inMaintenance: { site: fixtureOf('recovering', 'down').flag } } },
};

/** `action` offers another way to get the task done. */
export const WithAction: Story = {
  args: { action: <a href="tel:+15550100">Order by phone</a> },
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('link', { name: 'Order by phone' })).toBeVisible();
  },
};

/** Before the start the app stays open, and a banner announces the maintenance. */
export const Scheduled: Story = {
  parameters: { maintenance: { inMaintenance: { site: fixtureOf('scheduled', 'down').flag } } },
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('searchbox')).toBeVisible();
  },
};
