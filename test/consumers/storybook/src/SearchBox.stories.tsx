import type { Meta, StoryObj } from '@storybook/react-vite';
import { MaintenanceGate } from 'react-maintenance-mode';
import { useStoryMaintenance } from 'react-maintenance-mode/storybook';
import { expect, userEvent } from 'storybook/test';

function SearchBox() {
  return (
    <MaintenanceGate feature="search">
      <input type="search" aria-label="Search" />
    </MaintenanceGate>
  );
}

function Reindex() {
  const maintenance = useStoryMaintenance();
  return <button onClick={() => maintenance.start('search')}>Reindex</button>;
}

const meta = { title: 'SearchBox', component: SearchBox } satisfies Meta<typeof SearchBox>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Open: Story = {
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('searchbox')).toBeVisible();
  },
};

// #region
// SearchBox.stories.tsx
export const Down: Story = {
  parameters: { maintenance: { inMaintenance: { search: 'down' } } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText(/Search is unavailable/)).toBeVisible();
  },
};

export const Reindexing: Story = {
  play: async ({ canvas, maintenance }) => {
    await userEvent.type(canvas.getByRole('searchbox'), 'half typ');
    maintenance.start('search');
    await expect(await canvas.findByText(/Search is unavailable/)).toBeVisible();
    maintenance.end('search');
    await expect(await canvas.findByRole('searchbox')).toHaveValue('half typ');
  },
};
// #endregion

export const WithAnOperator: Story = {
  render: () => (
    <>
      <SearchBox />
      <Reindex />
    </>
  ),
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Reindex' }));
    await expect(await canvas.findByText(/Search is unavailable/)).toBeVisible();
  },
};
