import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { MaintenanceBanner } from 'react-maintenance-mode';
import { fixtureOf } from '../fixtures.js';
import { shop } from '../shop.js';

const meta = {
  title: 'Guides/Localisation stories',
  component: MaintenanceBanner,
  // Shown in the guide.
  tags: ['!dev', '!autodocs'],
  parameters: {
    page: true,
    maintenance: { features: shop, inMaintenance: { search: fixtureOf('active', 'down').flag } },
  },
} satisfies Meta<typeof MaintenanceBanner>;

export default meta;
type Story = StoryObj<typeof meta>;

export const German: Story = {
  globals: { locale: 'de', timeZone: 'Europe/Berlin' },
  play: async ({ canvas }) => {
    await expect(
      canvas.getByRole('heading', { name: /ist nicht verfügbar\. Voraussichtliches Ende: .*16:30 Uhr MEZ/ }),
    ).toBeVisible();
  },
};

export const Arabic: Story = {
  globals: { locale: 'ar', timeZone: 'UTC' },
  play: async ({ canvas }) => {
    await expect(getComputedStyle(canvas.getByRole('region')).direction).toBe('rtl');
  },
};

export const TextsByLanguage: Story = {
  globals: { locale: 'fr' },
  parameters: {
    maintenance: {
      inMaintenance: {
        search: { title: { en: 'Search is moving', fr: 'La recherche déménage' } },
      },
    },
  },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('La recherche déménage')).toBeVisible();
  },
};
