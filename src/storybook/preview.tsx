import { addons } from 'storybook/preview-api';
import { StoryMaintenance } from 'react-maintenance-mode/storybook';
import type { TestSource } from '../testing/createTestSource.js';
import { examples } from '../testing/exampleMaintenance.js';
import { observeAnnouncements, type Announcement } from '../testing/observeAnnouncements.js';
import { announcementsEvent } from './announcements.js';
import { createStorySource } from './createStorySource.js';
import { parametersOf, type StoryContextRead } from './StoryParameters.js';

/** A type of Storybook's, as far as it is used: its own is another with every version. */
type Story = () => React.JSX.Element;

/** What Storybook gives to what runs before a story. */
type StoryContextBefore = StoryContextRead & {
  maintenance?: TestSource | undefined;
  readonly canvasElement?: Element;
  readonly viewMode?: string;
};

/** Gives `play` the operator of its story, as `maintenance`, and tells the panel what is announced. */
export function beforeEach(context: StoryContextBefore): (() => void) | undefined {
  context.maintenance = createStorySource(context);
  // On a page of docs there are several stories, and no panel.
  if (context.viewMode !== 'story' || !context.canvasElement || !addons.hasChannel()) return undefined;
  const channel = addons.getChannel();
  let announcements: readonly Announcement[] = [];
  channel.emit(announcementsEvent, announcements);
  return observeAnnouncements(context.canvasElement.ownerDocument, (text) => {
    announcements = [{ at: Date.now(), text }, ...announcements];
    channel.emit(announcementsEvent, announcements);
  });
}

/** Puts every story below a provider. */
// Not read-only: Storybook's types want to be able to add to it.
export const decorators: ((Story: Story, context: StoryContextRead) => React.JSX.Element)[] = [
  (Story, context) => (
    // A provider reads its clock once: another story, or another time of its own, starts over.
    <StoryMaintenance key={`${context.id} ${parametersOf(context).now}`} context={context}>
      <Story />
    </StoryMaintenance>
  ),
];

// Empty and zero: Storybook highlights an item of its toolbar that has any other value.
export const initialGlobals: { readonly maintenance: string; readonly maintenanceClock: number } = {
  maintenance: '',
  maintenanceClock: 0,
};

const clocks: readonly (readonly [minutes: number, title: string])[] = [
  [-1440, 'A day earlier'],
  [-60, 'An hour earlier'],
  [60, 'An hour later'],
  [120, 'Two hours later'],
  [1440, 'A day later'],
];

export const globalTypes: Readonly<Record<'maintenance' | 'maintenanceClock', object>> = {
  maintenance: toolbar('Maintenance', 'lightning', examples, "The story's own maintenance"),
  maintenanceClock: toolbar('Clock', 'time', clocks, "The story's own time"),
};

/** A menu of Storybook's toolbar that shows what is chosen, and its title while nothing is. `reset` takes the choice back. */
function toolbar(
  title: string,
  icon: string,
  items: readonly (readonly [value: string | number, title: string])[],
  reset: string,
): object {
  return {
    description: title,
    toolbar: {
      title,
      icon,
      dynamicTitle: true,
      items: [{ type: 'reset', title: reset }, ...items.map(([value, label]) => ({ value, title: label }))],
    },
  };
}
