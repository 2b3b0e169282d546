import type { Args, Renderer } from 'storybook/internal/csf';
import type { FeatureKey } from '../core/defineFeatures.js';
import type { TestSource } from '../testing/createTestSource.js';

declare module 'storybook/internal/csf' {
  // Two declarations of an interface need the same parameters.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface StoryContext<TRenderer extends Renderer = Renderer, TArgs = Args> {
    /** Starts and ends maintenances in the story, as an operator does. */
    maintenance: TestSource<FeatureKey>;
  }
}
