import { StoryMaintenance } from 'react-maintenance-mode/storybook';
import type { TestSource } from '../testing/createTestSource.js';
import { choices } from './choices.js';
import { createStorySource } from './createStorySource.js';
import { clockKeyOf, type Choice, type StoryContextRead } from './StoryParameters.js';
import { toolbar } from './toolbar.js';

/** A type of Storybook's, as far as it is used: its own is another with every version. */
type Story = () => React.JSX.Element;

/** Gives `play` the operator of its story, as `maintenance`. */
export function beforeEach(context: StoryContextRead & { maintenance?: TestSource | undefined }): void {
  context.maintenance = createStorySource(context);
}

/** Puts every story below a provider. */
// Not read-only: Storybook's types want to be able to add to it.
export const decorators: ((Story: Story, context: StoryContextRead) => React.JSX.Element)[] = [
  (Story, context) => (
    // What a provider reads once is a reason to start over.
    <StoryMaintenance key={`${context.id} ${clockKeyOf(context)}`} context={context}>
      <Story />
    </StoryMaintenance>
  ),
];

export const initialGlobals: { readonly maintenance: Choice; readonly maintenanceClock: number } = {
  maintenance: 'story',
  maintenanceClock: 0,
};

const clocks: readonly (readonly [minutes: number, title: string])[] = [
  [0, "The story's own time"],
  [-1440, 'A day earlier'],
  [-60, 'An hour earlier'],
  [60, 'An hour later'],
  [120, 'Two hours later'],
  [1440, 'A day later'],
];

export const globalTypes: Readonly<Record<'maintenance' | 'maintenanceClock', object>> = {
  maintenance: toolbar(
    'Maintenance',
    'lightning',
    // In the toolbar there is no label beside it.
    choices.map(([value, title]) => [value, value === 'story' ? "The story's own maintenance" : title]),
  ),
  maintenanceClock: toolbar('Clock', 'time', clocks),
};
