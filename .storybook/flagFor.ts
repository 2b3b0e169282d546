import type { Mode, Phase } from 'react-maintenance-mode';

const minute = 60_000;

/**
 * The value of a flag that puts its feature into a phase and a mode at an instant: what the toolbar sets, and what the
 * fixtures are made of.
 */
export function flagFor(phase: Phase, mode: Mode, now: number): unknown {
  const at = (minutes: number) => new Date(now + minutes * minute).toISOString();
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
      return { mode, startsAt: at(-90), endsAt: now - 1, endsItself: true, recoverOver: 86_400 };
  }
}
