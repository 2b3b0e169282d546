import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { MaintenanceGate, type Features } from 'react-maintenance-mode';
import { ReviewForm } from '../components/ReviewForm.js';
import { shop } from '../shop.js';
import { OperatorPanel } from './OperatorPanel.js';

const { reviews } = shop;
const features: Features = { reviews };

/**
 * A form that somebody may be filling in. While reviews are read-only its text can still be read, selected and copied, the
 * caret stays where it is, and nothing can be sent.
 */
const meta = {
  title: 'Patterns/A form under read-only',
  component: MaintenanceGate,
  args: { feature: 'reviews', requires: 'write', whenClosed: 'read-only' },
  parameters: { page: true, controls: { disable: true }, maintenance: { features: shop } },
  render: (args) => (
    <>
      <OperatorPanel features={features} />
      <div style={{ padding: '1.5rem' }}>
        <MaintenanceGate {...args}>
          <ReviewForm />
        </MaintenanceGate>
      </div>
    </>
  ),
} satisfies Meta<typeof MaintenanceGate>;

export default meta;
type Story = StoryObj<typeof meta>;

export const HalfTyped: Story = {
  play: async ({ canvas, userEvent }) => {
    const text = canvas.getByRole<HTMLTextAreaElement>('textbox', { name: 'Your review' });
    const flag = canvas.getByRole('combobox', { name: 'Reviews' });
    const before = text.value;

    await userEvent.selectOptions(flag, 'read-only');
    await userEvent.type(text, ' it is still');
    await expect(text).toHaveValue(before);

    await userEvent.selectOptions(flag, 'off');
    await userEvent.type(text, ' it is still');
    await expect(text).toHaveValue(`${before} it is still`);
  },
};
