import { useState } from 'react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import { MaintenanceBanner, MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
// In a built Storybook, which is a production build, /devtools is empty.
import { createDevtools, MaintenanceDevtools } from 'react-maintenance-mode/devtools/production';
import { ReviewForm } from '../components/ReviewForm.js';
import { exampleMaintenance } from '../../src/devtools/panelData.js';
import { shop } from '../shop.js';
import './Devtools.css';

const meta = {
  title: 'Patterns/Devtools',
  component: MaintenanceDevtools,
  parameters: {
    page: true,
    controls: { disable: true },
    docs: { story: { inline: false, height: '48rem' } },
  },
  tags: ['!autodocs'],
  args: { devtools: createDevtools(), defaultOpen: true },
  render: ({ defaultOpen }, { globals }) => (
    <ShopWithDevtools defaultOpen={defaultOpen} locale={String(globals['locale'])} />
  ),
} satisfies Meta<typeof MaintenanceDevtools>;

export default meta;
type Story = StoryObj<typeof meta>;

/** What a developer sees in the corner: the value of each flag, the state of each feature, and overrides. */
export const InTheCorner: Story = {
  play: async ({ canvas, canvasElement }) => {
    const corner = cornerIn(canvasElement);
    const override = (feature: string, value: string) =>
      userEvent.selectOptions(corner.getByRole('combobox', { name: `Override ${feature}` }), value);
    await userEvent.type(canvas.getByRole('textbox', { name: 'Your review' }), ' it lasts');

    await override('Reviews', 'Down');
    await expect(canvas.getByRole('heading', { name: /^Reviews are unavailable/ })).toBeVisible();
    await expect(corner.getByRole('button', { name: /^Maintenance 1 override/ })).toBeVisible();
    await waitFor(() => expect(corner.getByText(/^Reviews are unavailable/)).toBeVisible());

    await userEvent.click(corner.getByRole('button', { name: 'Reset' }));
    await expect(canvas.getByRole('textbox', { name: 'Your review' })).toHaveValue(
      'I have used it every day for a month, and it lasts',
    );

    await override('Payments', 'Scheduled');
    const checkout = within(corner.getByRole('listitem', { name: 'Checkout' }));
    await expect(checkout.getByText('scheduled, down')).toBeVisible();
    await expect(checkout.getByText('payments')).toBeVisible();
  },
};

/** The panel has a shadow root, and queries do not look into shadow roots. */
function cornerIn(canvasElement: HTMLElement): ReturnType<typeof within> {
  const root = canvasElement.querySelector('[data-maintenance-devtools]')?.shadowRoot;
  if (!root) throw new Error('There are no devtools on the page.');
  // A shadow root has every method that queries need of an element.
  return within(root as unknown as HTMLElement);
}

function ShopWithDevtools({ defaultOpen, locale }: { defaultOpen?: boolean | undefined; locale: string }) {
  const [devtools] = useState(() => createDevtools(shop));
  const [source] = useState(() =>
    memorySource({
      'suggestions-maintenance': 'degraded',
      'search-maintenance': exampleMaintenance('scheduled', 'down', Date.now()),
    }),
  );
  return (
    <MaintenanceProvider source={devtools.wrap(source)} now={devtools.now} features={shop} locale={locale}>
      <MaintenanceBanner filter={({ mode }) => mode === 'none'} />
      <main className="devtools-shop">
        <h1>Shop</h1>
        <MaintenanceGate feature="reviews">
          <ReviewForm />
        </MaintenanceGate>
      </main>
      <MaintenanceDevtools devtools={devtools} defaultOpen={defaultOpen} />
    </MaintenanceProvider>
  );
}
