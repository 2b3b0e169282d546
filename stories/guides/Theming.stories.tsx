import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { MaintenanceGate } from 'react-maintenance-mode';
import { fixtures } from '../fixtures.js';
import { shop } from '../shop.js';
import './samples/brand.css';

const active = fixtures.filter(({ phase }) => phase === 'active');
const subjects = ['suggestions', 'reviews', 'search'];

const meta = {
  title: 'Guides/Theming stories',
  component: MaintenanceGate,
  // Shown in the guide.
  tags: ['!dev', '!autodocs'],
  args: { feature: 'search' },
  parameters: {
    maintenance: {
      features: shop,
      inMaintenance: Object.fromEntries(active.map(({ flag }, index) => [subjects[index] ?? 'search', flag])),
    },
  },
} satisfies Meta<typeof MaintenanceGate>;

export default meta;
type Story = StoryObj<typeof meta>;

export const OwnBrand: Story = {
  render: (args) => (
    <div className="brand">
      <MaintenanceGate {...args} />
    </div>
  ),
  play: async ({ canvas, canvasElement }) => {
    await expect(canvas.getByRole('heading')).toBeVisible();
    const notice = canvasElement.querySelector('[data-maintenance-notice]');
    await expect(notice).toHaveStyle({ borderStartStartRadius: '20px' });
  },
};

export const DarkInALightPage: Story = {
  globals: { theme: 'light' },
  render: (args) => (
    <div data-maintenance-theme="dark">
      <MaintenanceGate {...args} />
    </div>
  ),
};
