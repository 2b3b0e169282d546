import type { Mode, Phase } from 'react-maintenance-mode';
import { exampleMaintenance } from '../src/devtools/panelData.js';
import { storyNow } from '../.storybook/storyNow.js';

/** One state of one feature: the flag value, and the text that people read. Stories, tests and pictures use these. */
export interface Fixture {
  /** For titles of tests and names of pictures: `active-down`. */
  readonly id: string;
  readonly phase: Exclude<Phase, 'none'>;
  readonly mode: Mode;
  /** The flag value of the feature with the label "Search". */
  readonly flag: unknown;
  /** The heading of its notice in `en-GB` and UTC, at the time of `storyNow`. */
  readonly title: string;
}

const titles: Record<Fixture['phase'], Record<Mode, string>> = {
  scheduled: {
    degraded: 'Search will be slower or less complete than usual from 15:00 UTC (in 40 minutes)',
    'read-only': 'Search can only be read from 15:00 UTC (in 40 minutes)',
    down: 'Search will be unavailable from 15:00 UTC (in 40 minutes)',
  },
  active: {
    degraded: 'Search is slower or less complete than usual until 15:30 UTC (in 70 minutes)',
    'read-only': 'Search can be read, but not changed, until 15:30 UTC (in 70 minutes)',
    down: 'Search is unavailable until 15:30 UTC (in 70 minutes)',
  },
  overdue: {
    degraded: 'Search is slower or less complete than usual',
    'read-only': 'Search can be read, but not changed',
    down: 'Search is unavailable',
  },
  recovering: {
    degraded: 'Search is slower or less complete than usual',
    'read-only': 'Search can be read, but not changed',
    down: 'Search is unavailable',
  },
};

export const fixtures: readonly Fixture[] = (
  ['scheduled', 'active', 'overdue', 'recovering'] as const
).flatMap((phase) =>
  (['degraded', 'read-only', 'down'] as const).map((mode) => ({
    id: `${phase}-${mode}`,
    phase,
    mode,
    flag: exampleMaintenance(phase, mode, Date.parse(storyNow)),
    title: titles[phase][mode],
  })),
);

/** The fixture of a phase and a mode. */
export function fixtureOf(phase: Fixture['phase'], mode: Mode): Fixture {
  const found = fixtures.find((fixture) => fixture.phase === phase && fixture.mode === mode);
  if (!found) throw new Error(`There is no fixture for ${phase} and ${mode}.`);
  return found;
}
