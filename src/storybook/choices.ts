import { examples } from '../testing/exampleMaintenance.js';
import type { Choice } from './StoryParameters.js';

/** What can be chosen for a feature, and what it is called. */
export const choices: readonly (readonly [value: Choice, title: string])[] = [
  ['story', "The story's own"],
  ...examples,
];
