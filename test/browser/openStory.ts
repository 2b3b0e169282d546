import { composeStories, setProjectAnnotations } from '@storybook/react-vite';
import preview from '../../.storybook/preview.js';
import * as bannerStories from '../../stories/components/MaintenanceBanner.stories.js';
import * as gateStories from '../../stories/components/MaintenanceGate.stories.js';
import * as pageStories from '../../stories/components/MaintenancePage.stories.js';
import * as shopStories from '../../stories/patterns/FeatureByFeature.stories.js';

setProjectAnnotations([preview]);

const composed = new Map<string, ComposedStory>();
for (const [group, stories] of Object.entries({
  banner: composeStories(bannerStories),
  gate: composeStories(gateStories),
  page: composeStories(pageStories),
  shop: composeStories(shopStories),
})) {
  for (const [name, story] of Object.entries<ComposedStory>(stories)) composed.set(`${group} ${name}`, story);
}

/** The names of all stories that show something of ours. */
export const storyNames: readonly string[] = [...composed.keys()];

interface ComposedStory {
  run(context: { globals: object }): Promise<void>;
}

export interface Looks {
  readonly theme?: 'light' | 'dark';
  readonly direction?: 'ltr' | 'rtl';
}

/** Renders a story, as `gate ActiveDown`, in the place of the one before, and returns its notices and banners. */
export async function openStory(name: string, looks: Looks = {}): Promise<HTMLElement[]> {
  const story = composed.get(name);
  if (!story) throw new Error(`There is no story "${name}". There are: ${storyNames.join(', ')}.`);
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
