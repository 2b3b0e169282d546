import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, fireEvent } from 'storybook/test';
import { FlagReader } from './FlagReader.js';

const meta = {
  title: 'Guides/Flag reader',
  component: FlagReader,
  // Shown in the guides.
  tags: ['!dev', '!autodocs'],
  args: {
    value: JSON.stringify({ mode: 'read-only', endsAt: '2026-11-23T15:30:00Z', message: '' }, null, 2),
  },
} satisfies Meta<typeof FlagReader>;

export default meta;
type Story = StoryObj<typeof meta>;

export const TryAValue: Story = {
  play: async ({ canvas }) => {
    await expect(canvas.getByText(/"mode": "read-only"/, { selector: 'pre' })).toBeVisible();
    await expect(canvas.getByText(/"message" in flag "search-maintenance" is ""/)).toBeVisible();

    const value = canvas.getByRole('textbox');
    fireEvent.change(value, { target: { value: 'false' } });
    await expect(canvas.getByText('No maintenance.')).toBeVisible();
    fireEvent.change(value, { target: { value: meta.args.value } });
  },
};
