import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { shop } from '../shop.js';
import { OperatorPanel } from './OperatorPanel.js';
import { ShopPage } from './ShopPage.js';

/**
 * One page, six features. Each has its own gate, so that only the part in maintenance closes.
 */
const meta = {
  title: 'Patterns/Feature by feature',
  component: ShopPage,
  parameters: {
    page: true,
    maintenance: { features: shop },
    a11y: { config: { rules: [{ id: 'region', enabled: true }] } },
  },
} satisfies Meta<typeof ShopPage>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Choose a mode for a feature above the page, as an operator does at the flag service, while you type below. */
export const Live: Story = {
  render: () => (
    <>
      <OperatorPanel features={shop} />
      <ShopPage />
    </>
  ),
  play: async ({ canvas, userEvent }) => {
    const search = canvas.getByRole('searchbox');
    await userEvent.type(search, 'copper ket');

    await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'Search' }), 'down');
    await expect(search).not.toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Add to basket' })).toBeVisible();

    await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'Search' }), 'off');
    await expect(search).toBeVisible();
    await expect(search).toHaveValue('copper ket');
  },
};

export const AllWell: Story = {
  tags: ['!autodocs'],
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('searchbox')).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Add to basket' })).toBeVisible();
  },
};

/** `degraded`: nothing closes. The suggestions component itself says that they are less personal. */
export const SuggestionsDegraded: Story = {
  tags: ['!autodocs'],
  parameters: { maintenance: { inMaintenance: { suggestions: true } } },
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('heading', { name: 'Popular this week' })).toBeVisible();
  },
};

/** `read-only`: reviews can be read, and none can be sent. The gate around the form requires `write`. */
export const ReviewsReadOnly: Story = {
  tags: ['!autodocs'],
  parameters: {
    maintenance: { inMaintenance: { reviews: { mode: 'read-only', endsAt: '2026-11-23T15:30:00Z' } } },
  },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('It boils quickly, and the whistle is gentle.')).toBeVisible();
  },
};

/** `down`, with a fallback that says what to use instead. */
export const SearchDown: Story = {
  tags: ['!autodocs'],
  parameters: { maintenance: { inMaintenance: { search: { endsAt: '2026-11-23T15:30:00Z' } } } },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Search is back at 15:30. Use the menu below.')).toBeVisible();
    await expect(canvas.queryByRole('searchbox')).toBeNull();
  },
};

/** Payments have no part of the page. Checkout depends on them, so its gate closes. */
export const PaymentsDown: Story = {
  tags: ['!autodocs'],
  parameters: { maintenance: { inMaintenance: { payments: true } } },
  play: async ({ canvas }) => {
    await expect(canvas.queryByRole('button', { name: 'Add to basket' })).toBeNull();
    await expect(canvas.getByRole('region', { name: 'Payments are unavailable' })).toBeVisible();
  },
};
