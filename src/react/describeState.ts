import type { Maintenance, Mode } from '../core/Maintenance.js';
import type { Messages } from './messages.js';

/** A state. `ended` is the mode of a maintenance that was shown and is over. */
export interface Described {
  readonly state: Maintenance;
  readonly ended?: Mode | undefined;
}

/** The message for the title of a state. */
export function titleOf({ state, ended }: Described): keyof Messages {
  const { phase, endsAt } = state;
  const kind = kindOf(state);
  if (ended) return `${kind}Over`;
  if (phase === 'scheduled') return `${kind}From`;
  return phase === 'active' && endsAt !== undefined ? `${kind}Until` : kind;
}

/** The message for the short title, as in a toolbar. */
export function shortTitleOf(state: Maintenance): keyof Messages {
  return `${kindOf(state)}Short`;
}

/** The message before a title that an operator wrote. */
export function prefixOf(state: Maintenance): keyof Messages {
  return state.phase === 'scheduled' ? 'scheduledPrefix' : `${kindOf(state)}Prefix`;
}

/** The messages after the title. `keeps`: whether typed text is kept. */
export function detailsOf({ state, ended }: Described, keeps: boolean): (keyof Messages)[] {
  if (ended) return [];
  const { phase, endsAt } = state;
  const kept = keeps && kindOf(state) !== 'degraded' ? (['kept'] as const) : [];
  if (phase === 'overdue' || phase === 'recovering') return [phase, ...kept];
  if (phase === 'scheduled') return endsAt === undefined ? [...kept] : ['lasts', ...kept];
  return endsAt === undefined ? ['later', ...kept] : [...kept];
}

/** Identifies a state of a maintenance. Announcements and dismissals apply to one state. */
export function keyOf(state: Maintenance): string {
  return `${state.windowId} ${state.phase} ${kindOf(state)}`;
}

/** The attributes of notices, pages and banner items for stylesheets. */
export function attributesOf({ state, ended }: Described): object {
  return {
    'data-maintenance-mode': ended ? 'none' : state.mode,
    'data-maintenance-phase': ended ? 'over' : state.phase,
  };
}

function kindOf({ mode, upcomingMode }: Maintenance): 'down' | 'readOnly' | 'degraded' {
  const which = upcomingMode ?? mode;
  return which === 'read-only' ? 'readOnly' : which === 'degraded' ? which : 'down';
}
