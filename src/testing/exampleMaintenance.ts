import type { Mode, Phase } from '../core/Maintenance.js';

/** What Storybook and the devtools offer, from before a maintenance to after it. */
export type Example = 'none' | 'scheduled' | Mode | 'overdue' | 'recovering';

/** The examples, and what they are called. */
export const examples: readonly (readonly [Example, string])[] = [
  ['none', 'None'],
  ['scheduled', 'Scheduled'],
  ['degraded', 'Degraded'],
  ['read-only', 'Read-only'],
  ['down', 'Down'],
  ['overdue', 'Overdue'],
  ['recovering', 'Recovering'],
];

/** What a flag says of a maintenance in a phase and a mode at an instant, with times that look like real ones. */
export function exampleMaintenance(phase: Phase, mode: Mode, now: number): unknown {
  const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
  switch (phase) {
    case 'none':
      return false;
    case 'scheduled':
      return { mode, startsAt: at(40), endsAt: at(130) };
    case 'active':
      return { mode, startsAt: at(-20), endsAt: at(70) };
    case 'overdue':
      return { mode, startsAt: at(-110), endsAt: at(-20) };
    case 'recovering':
      // Over this millisecond, and reopening over a day: this client's turn has not come yet, but for one in 86 million.
      return { mode, startsAt: at(-90), endsAt: now - 1, endsAutomatically: true, reopenOverSeconds: 86_400 };
  }
}

/** The phase and the mode of an example; undefined for what is none. */
export function phaseAndMode(example: unknown): readonly [Phase, Mode] | undefined {
  switch (example) {
    case 'degraded':
    case 'read-only':
    case 'down':
      return ['active', example];
    case 'none':
    case 'scheduled':
    case 'overdue':
    case 'recovering':
      return [example, 'down'];
    default:
      return undefined;
  }
}
