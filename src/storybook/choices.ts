import type { Choice } from './StoryParameters.js';

/** What can be chosen for a feature, and what it is called. */
export const choices: readonly (readonly [value: Choice, title: string])[] = [
  ['story', "The story's own"],
  ['none', 'None'],
  ['scheduled', 'Scheduled'],
  ['degraded', 'Degraded'],
  ['read-only', 'Read-only'],
  ['down', 'Down'],
  ['overdue', 'Overdue'],
  ['recovering', 'Recovering'],
];
