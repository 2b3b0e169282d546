import type { Mode, Phase } from '../core/Maintenance.js';

/** The choices in Storybook and the devtools, in the order of a maintenance. */
export type Example = 'none' | 'scheduled' | Mode | 'overdue' | 'recovering';

/** The examples and their names. */
export const examples: readonly (readonly [Example, string])[] = [
  ['none', 'None'],
  ['scheduled', 'Scheduled'],
  ['degraded', 'Degraded'],
  ['read-only', 'Read-only'],
  ['down', 'Down'],
  ['overdue', 'Overdue'],
  ['recovering', 'Recovering'],
];

/** The flag value of a maintenance that is in a phase and a mode at an instant, with realistic times. */
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
      // It ended a millisecond ago and reopens over a day, so that only one client in 86 million has reopened.
      return { mode, startsAt: at(-90), endsAt: now - 1, endsAutomatically: true, reopenOverSeconds: 86_400 };
  }
}

/** The phase and the mode of an example; `undefined` for anything else. */
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
