import { addons } from 'storybook/preview-api';
import { StoryMaintenance } from 'react-maintenance-mode/storybook';
import type { TestSource } from '../testing/createTestSource.js';
import { examples, observeAnnouncements, type Announcement } from '../devtools/panelData.js';
import {
  createStorySource,
  announcementsEvent,
  parametersOf,
  type StoryContextRead,
} from './StoryParameters.js';

/** The part of Storybook's type that is used. Its own type differs between versions. */
type Story = () => React.JSX.Element;

/** The context that Storybook passes before a story renders. */
type StoryContextBefore = StoryContextRead & {
  maintenance?: TestSource | undefined;
  readonly canvasElement?: Element;
  readonly viewMode?: string;
};

/** Adds `maintenance` to the context of `play`, and sends announcements to the panel. */
export function beforeEach(context: StoryContextBefore): (() => void) | undefined {
  context.maintenance = createStorySource(context);
  // A docs page has several stories and no panel.
  if (context.viewMode !== 'story' || !context.canvasElement || !addons.hasChannel()) return undefined;
  const channel = addons.getChannel();
  let announcements: readonly Announcement[] = [];
  channel.emit(announcementsEvent, announcements);
  return observeAnnouncements(context.canvasElement.ownerDocument, (text) => {
    announcements = [{ at: Date.now(), text }, ...announcements];
    channel.emit(announcementsEvent, announcements);
  });
}

/** Wraps every story in a provider. */
// Mutable, because Storybook's types require that.
export const decorators: ((Story: Story, context: StoryContextRead) => React.JSX.Element)[] = [
  (Story, context) => (
    // A provider reads its clock once. A different story, or a different `now`, needs a new provider.
    <StoryMaintenance key={`${context.id} ${parametersOf(context).now}`} context={context}>
      <Story />
    </StoryMaintenance>
  ),
];

// Storybook highlights toolbar items whose value is not empty or zero.
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

/** A toolbar menu that shows the chosen item, or its title if nothing is chosen. `reset` is the item that clears the choice. */
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
