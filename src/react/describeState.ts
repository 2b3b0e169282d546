import type { Maintenance, Mode } from '../core/Maintenance.js';
import type { Messages } from './messages.js';

/** A state, or the mode of a maintenance that was seen and is over. */
export interface Described {
  readonly state: Maintenance;
  readonly ended?: Mode | undefined;
}

/** The message that is the title for a state. */
export function titleOf({ state, ended }: Described): keyof Messages {
  const { phase, endsAt } = state;
  const kind = kindOf(state);
  if (ended) return `${kind}Over`;
  if (phase === 'scheduled') return `${kind}From`;
  return phase === 'active' && endsAt !== undefined ? `${kind}Until` : kind;
}

/** The message that says as little as possible of what is under way. */
export function shortTitleOf(state: Maintenance): keyof Messages {
  return `${kindOf(state)}Short`;
}

/** The message that stands before a title which an operator wrote. */
export function prefixOf(state: Maintenance): keyof Messages {
  return state.phase === 'scheduled' ? 'scheduledPrefix' : `${kindOf(state)}Prefix`;
}

/** The messages that follow the title. `keeps`: what a person did there is still there. */
export function detailsOf({ state, ended }: Described, keeps: boolean): (keyof Messages)[] {
  if (ended) return [];
  const { phase, endsAt } = state;
  const kept = keeps && kindOf(state) !== 'degraded' ? (['kept'] as const) : [];
  if (phase === 'overdue' || phase === 'recovering') return [phase, ...kept];
  if (phase === 'scheduled') return endsAt === undefined ? [...kept] : ['lasts', ...kept];
  return endsAt === undefined ? ['later', ...kept] : [...kept];
}

/** What sets one state of a maintenance apart from its others: announcements and dismissals hold for one of them. */
export function keyOf(state: Maintenance): string {
  return `${state.windowId} ${state.phase} ${kindOf(state)}`;
}

/** What notices, the page and the items of a banner tell of themselves to stylesheets. */
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
