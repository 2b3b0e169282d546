import { composeStories, setProjectAnnotations } from '@storybook/react-vite';
import preview from '../../.storybook/preview.js';
import * as bannerStories from '../../stories/components/MaintenanceBanner.stories.js';
import * as gateStories from '../../stories/components/MaintenanceGate.stories.js';
import * as pageStories from '../../stories/patterns/FeatureByFeature.stories.js';

setProjectAnnotations([preview]);

const composed = {
  banner: composeStories(bannerStories),
  gate: composeStories(gateStories),
  page: composeStories(pageStories),
};

/** The names of all stories that show something of ours. */
export const storyNames: readonly string[] = Object.entries(composed).flatMap(([group, stories]) =>
  Object.keys(stories).map((name) => `${group} ${name}`),
);

export interface Looks {
  readonly theme?: 'light' | 'dark';
  readonly direction?: 'ltr' | 'rtl';
}

/** Renders a story, as `gate ActiveDown`, in the place of the one before, and returns its notices and banners. */
export async function openStory(name: string, looks: Looks = {}): Promise<HTMLElement[]> {
  const [group, story] = name.split(' ');
  // The names come from the object itself.
  const { run } = (composed as Record<string, Record<string, { run(context: object): Promise<void> }>>)[
    String(group)
  ]![String(story)]!;
  await run({ globals: { ...preview.initialGlobals, ...looks } });
  return noticesOf(document.body);
}

/** What is ours and visible. */
export function noticesOf(root: ParentNode): HTMLElement[] {
  return [
    ...root.querySelectorAll<HTMLElement>(
      '[data-maintenance-notice], [data-maintenance-banner], [data-maintenance-page]',
    ),
  ].filter((element) => element.checkVisibility());
}
