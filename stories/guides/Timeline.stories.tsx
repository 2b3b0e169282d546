import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, fireEvent } from 'storybook/test';
import { exampleMaintenance } from '../../src/devtools/panelData.js';
import { storyNow } from '../../.storybook/storyNow.js';
import { Timeline } from './Timeline.js';

const meta = {
  title: 'Guides/Timeline',
  component: Timeline,
  // Shown in the guides.
  tags: ['!dev', '!autodocs'],
  parameters: { page: true },
  args: {
    flag: exampleMaintenance('active', 'down', Date.parse(storyNow)),
    now: storyNow,
    locale: 'en-GB',
    timeZone: 'UTC',
  },
  render: (args, { globals }) => (
    <Timeline {...args} locale={String(globals['locale'])} timeZone={String(globals['timeZone'])} />
  ),
} satisfies Meta<typeof Timeline>;

export default meta;
type Story = StoryObj<typeof meta>;

export const OneWindow: Story = {
  play: async ({ canvas }) => {
    const clock = canvas.getByRole('slider');
    const phaseAt = (minutes: number) => {
      fireEvent.change(clock, { target: { value: minutes } });
      return canvas.getByText(/"phase"/).textContent;
    };

    await expect(phaseAt(-30)).toContain('"phase":"scheduled"');
    await expect(phaseAt(0)).toContain('"phase":"active"');
    await expect(phaseAt(80)).toContain('"phase":"overdue"');
    await expect(phaseAt(0)).toContain('"phase":"active"');
  },
};
