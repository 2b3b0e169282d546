import { useState } from 'react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { useGatedCallback } from 'react-maintenance-mode';
import { OperatorPanel } from '../patterns/OperatorPanel.js';
import { shop } from '../shop.js';
import './useGatedCallback.css';

const { reviews } = shop;

/**
 * An action that does not run while its feature is closed. What counts is the state at the moment of the call. An action
 * that runs when the feature closes is left to finish.
 */
const meta = {
  title: 'Components/useGatedCallback',
  component: SendButton,
  parameters: {
    maintenance: { features: shop },
    controls: { disable: true },
  },
  render: () => (
    <>
      <OperatorPanel features={{ reviews }} />
      <SendButton />
    </>
  ),
} satisfies Meta<typeof SendButton>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Default: Story = {
  play: async ({ canvas, userEvent }) => {
    const send = canvas.getByRole('button', { name: 'Send review' });
    await userEvent.click(send);
    await expect(canvas.getByText('1 sent')).toBeVisible();

    await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'Reviews' }), 'read-only');
    await userEvent.click(send);

    await expect(canvas.getByText('1 sent')).toBeVisible();
    await expect(canvas.getByText('Not sent: reviews are closed for now.')).toBeVisible();
  },
};

function SendButton(): React.JSX.Element {
  const [sent, setSent] = useState(0);
  const [blocked, setBlocked] = useState(false);
  const [send, { open, pending }] = useGatedCallback('reviews', () => setSent((count) => count + 1), {
    onBlocked: () => setBlocked(true),
  });
  return (
    <div className="send-review">
      <button type="button" aria-disabled={!open || pending} onClick={() => void send()}>
        Send review
      </button>
      <p>{sent} sent</p>
      {blocked && !open ? <p>Not sent: reviews are closed for now.</p> : null}
    </div>
  );
}
