import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent } from 'storybook/test';
import { MaintenanceGate } from 'react-maintenance-mode';

const meta = {
  title: 'Shop',
  render: () => (
    <>
      <MaintenanceGate feature="search">
        <input aria-label="Search" />
      </MaintenanceGate>
      <MaintenanceGate feature="comments">
        <textarea aria-label="Comment" />
      </MaintenanceGate>
    </>
  ),
} satisfies Meta;

export default meta;
type Story = StoryObj<typeof meta>;

export const Open: Story = {};

export const SearchIsDown: Story = { parameters: { maintenance: { inMaintenance: { search: 'down' } } } };

export const Closing: Story = {
  play: async ({ canvas, maintenance }) => {
    await userEvent.type(canvas.getByLabelText('Search'), 'half typ');
    maintenance.start('search', 'down');
    await expect(await canvas.findByText(/Search is unavailable/)).toBeVisible();
    maintenance.end('search');
    await expect(await canvas.findByLabelText('Search')).toHaveValue('half typ');
  },
};
