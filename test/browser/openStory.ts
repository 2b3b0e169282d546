import { composeStories, setProjectAnnotations } from '@storybook/react-vite';
import preview from '../../.storybook/preview.js';
import * as bannerStories from '../../stories/components/MaintenanceBanner.stories.js';
import * as gateStories from '../../stories/components/MaintenanceGate.stories.js';
import * as pageStories from '../../stories/components/MaintenancePage.stories.js';
import * as callbackStories from '../../stories/components/useGatedCallback.stories.js';
import * as otherSystemStories from '../../stories/patterns/AnotherDesignSystem.stories.js';
import * as shopStories from '../../stories/patterns/FeatureByFeature.stories.js';
import * as formStories from '../../stories/patterns/ReadOnlyForm.stories.js';
import * as wrappingStories from '../../stories/patterns/Wrapping.stories.js';

setProjectAnnotations([preview]);

interface ComposedStory {
  readonly play?: unknown;
  run(context: { globals: object }): Promise<void>;
}

const played = new Map<string, ComposedStory>();
const unplayed = new Map<string, ComposedStory>();
for (const [group, stories] of Object.entries({
  banner: bannerStories,
  gate: gateStories,
  page: pageStories,
  shop: shopStories,
  callback: callbackStories,
  'other system': otherSystemStories,
  form: formStories,
  wrapping: wrappingStories,
})) {
  add(played, group, stories);
  add(unplayed, group, withoutPlay(stories));
}

/** The names of all stories of components and patterns. */
export const everyStoryName: readonly string[] = [...played.keys()];

/** The names of those that show something of ours. */
export const storyNames: readonly string[] = everyStoryName.filter((name) =>
  /^(banner|gate|page|shop) /.test(name),
);

export interface Looks {
  readonly theme?: 'light' | 'dark';
  readonly direction?: 'ltr' | 'rtl';
}

/**
 * Renders a story, as `gate ActiveDown`, in the place of the one before, plays it, and returns its notices and banners. One in
 * another language is not played: its test speaks English.
 */
export async function openStory(
  name: string,
  looks: Looks & { readonly locale?: string } = {},
): Promise<HTMLElement[]> {
  const story = (looks.locale ? unplayed : played).get(name);
  if (!story) throw new Error(`There is no story "${name}". There are: ${everyStoryName.join(', ')}.`);
  await story.run({ globals: { ...preview.initialGlobals, ...looks } });
  return noticesOf(document.body);
}

/** What is ours and visible. */
export function noticesOf(root: ParentNode): HTMLElement[] {
  return [
    ...root.querySelectorAll<HTMLElement>(
      '[data-maintenance-notice], [data-maintenance-page], [data-maintenance-more] li',
    ),
  ].filter((element) => element.checkVisibility());
}

function add(to: Map<string, ComposedStory>, group: string, stories: object): void {
  // Each of the files has a meta that Storybook's types of its own stories check where it stands.
  const composed = composeStories(stories as typeof bannerStories);
  for (const [name, story] of Object.entries<ComposedStory>(composed)) to.set(`${group} ${name}`, story);
}

function withoutPlay(stories: object): object {
  return Object.fromEntries(
    Object.entries(stories).map(([name, story]: [string, object]) => [
      name,
      name === 'default' ? story : { ...story, play: undefined },
    ]),
  );
}
