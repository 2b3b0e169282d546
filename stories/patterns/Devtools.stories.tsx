import { useState } from 'react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, within } from 'storybook/test';
import { MaintenanceBanner, MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { createDevtools, MaintenanceDevtools } from 'react-maintenance-mode/devtools';
import { ReviewForm } from '../components/ReviewForm.js';
import { shop } from '../shop.js';

const meta = {
  title: 'Patterns/Devtools',
  component: MaintenanceDevtools,
  parameters: { page: true, controls: { disable: true } },
  tags: ['!autodocs'],
  args: { devtools: createDevtools(), defaultOpen: true },
  render: ({ defaultOpen }, { globals }) => (
    <ShopWithDevtools defaultOpen={defaultOpen} locale={String(globals['locale'])} />
  ),
} satisfies Meta<typeof MaintenanceDevtools>;

export default meta;
type Story = StoryObj<typeof meta>;

/** What a developer sees in the corner: the flags, what the features are in, and what may be put over them. */
export const InTheCorner: Story = {
  play: async ({ canvas }) => {
    const panel = within(canvas.getByRole('region', { name: 'Maintenance devtools' }));
    await userEvent.type(canvas.getByRole('textbox', { name: 'Your review' }), ' it lasts');

    await userEvent.selectOptions(panel.getByRole('combobox', { name: 'Put over Reviews' }), 'Down');
    await expect(canvas.getByRole('region', { name: /^Reviews are unavailable/ })).toBeVisible();

    await userEvent.click(panel.getByRole('button', { name: 'Reset' }));
    await expect(canvas.getByRole('textbox', { name: 'Your review' })).toHaveValue(
      'I have used it every day for a month, and it lasts',
    );

    await userEvent.selectOptions(panel.getByRole('combobox', { name: 'Put over Payments' }), 'Scheduled');
    await expect(panel.getByText('scheduled, down, because of payments')).toBeVisible();
  },
};

function ShopWithDevtools({ defaultOpen, locale }: { defaultOpen?: boolean | undefined; locale: string }) {
  const [devtools] = useState(() => createDevtools(shop));
  const [source] = useState(() => memorySource({ 'suggestions-maintenance': 'degraded' }));
  return (
    <MaintenanceProvider source={devtools.wrap(source)} now={devtools.now} features={shop} locale={locale}>
      <MaintenanceBanner />
      <main>
        <h1>Shop</h1>
        <MaintenanceGate feature="reviews">
          <ReviewForm />
        </MaintenanceGate>
      </main>
      <MaintenanceDevtools devtools={devtools} defaultOpen={defaultOpen} />
    </MaintenanceProvider>
  );
}
