import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { TwoUsers } from './TwoUsers.js';

const meta = {
  title: 'Guides/Two users',
  component: TwoUsers,
  // Shown in the guides.
  tags: ['!dev', '!autodocs'],
} satisfies Meta<typeof TwoUsers>;

export default meta;
type Story = StoryObj<typeof meta>;

export const DownForBob: Story = {
  play: async ({ canvas, userEvent }) => {
    const bob = canvas.getByRole('searchbox', { name: 'Search as Bob' });
    await userEvent.type(bob, 'kettl');

    await userEvent.click(canvas.getByRole('checkbox', { name: 'Search is down for Bob' }));

    await expect(bob).not.toBeVisible();
    await expect(bob).toHaveValue('kettl');
    await expect(canvas.getByRole('searchbox', { name: 'Search as Alice' })).toBeVisible();
  },
};
