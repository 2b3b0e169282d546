import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { fixtureOf } from '../fixtures.js';
import { shop } from '../shop.js';
import { AcmeBanner } from './AcmeBanner.js';

/**
 * `useMaintenance()` is enough to build a banner from the alert of your own design system: it gives the affected features, the
 * worst first, and renders again only when that changes.
 */
const meta = {
  title: 'Patterns/A banner from another design system',
  component: AcmeBanner,
  args: { features: shop },
  parameters: {
    page: true,
    controls: { disable: true },
    maintenance: {
      features: shop,
      inMaintenance: {
        search: fixtureOf('active', 'down').flag,
        reviews: fixtureOf('active', 'read-only').flag,
      },
    },
  },
} satisfies Meta<typeof AcmeBanner>;

export default meta;
type Story = StoryObj<typeof meta>;

export const TheWorstFirst: Story = {
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('region', { name: 'Unavailable: Search' })).toBeVisible();
    await expect(canvas.getByText('And 1 more.')).toBeVisible();
  },
};

export const Scheduled: Story = {
  parameters: {
    maintenance: {
      inMaintenance: {
        search: fixtureOf('scheduled', 'down').flag,
        reviews: false,
      },
    },
  },
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('region', { name: 'Notice: Search' })).toBeVisible();
  },
};

export const NothingToTell: Story = {
  parameters: { maintenance: { inMaintenance: { search: false, reviews: false } } },
  play: async ({ canvas }) => {
    await expect(canvas.queryByRole('region')).toBeNull();
  },
};
