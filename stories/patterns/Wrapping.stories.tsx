import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, fn } from 'storybook/test';
import { shop } from '../shop.js';
import { GatedButton } from './AcmeButton.js';

/**
 * A component that already has an unavailable state needs no gate around it. Connect the state of the feature to the prop
 * that it has.
 */
const meta = {
  title: 'Patterns/Wrapping your own component',
  component: GatedButton,
  args: { feature: 'reviews', children: 'Send review', onClick: fn() },
  parameters: { maintenance: { features: shop, inMaintenance: { reviews: true } } },
} satisfies Meta<typeof GatedButton>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Unavailable: Story = {
  play: async ({ args, canvas, userEvent }) => {
    const button = canvas.getByRole('button', { name: 'Send review' });

    await userEvent.click(button);

    await expect(args.onClick).not.toHaveBeenCalled();
    await expect(button).toHaveFocus();
    await expect(button).toHaveAccessibleDescription('Sending is off for now.');
  },
};

export const Available: Story = {
  parameters: { maintenance: { inMaintenance: { reviews: false } } },
  play: async ({ args, canvas, userEvent }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Send review' }));

    await expect(args.onClick).toHaveBeenCalledOnce();
  },
};
