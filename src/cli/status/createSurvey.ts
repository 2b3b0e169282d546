import { interpretFlag } from '../../core/interpretFlag.js';
import type { AuditEntry, FlagSwitch, SwitchState } from '../../switch/FlagSwitch.js';
import { formatIsoTime } from '../noticeOptions.js';
import { phaseOf } from '../switchState.js';
import { parseAuditComment } from '../auditComment.js';

/** One user, or everyone, who is in maintenance or has one announced. */
export interface Held {
  /** `null` for everyone. */
  readonly user: string | null;
  readonly phase: 'active' | 'scheduled';
  /** The times in the value of the flag, ISO 8601. */
  readonly startsAt?: string;
  readonly endsAt?: string;
  /** ISO 8601; absent if the audit trail has no such change. */
  readonly since?: string;
  /** The command and its run. */
  readonly by?: string;
  readonly reason?: string;
}

/** Who is in maintenance by one flag. */
export interface HeldByFlag {
  readonly state: SwitchState;
  readonly held: readonly Held[];
}

interface SurveyOptions {
  /** The switch of a flag, for its audit trail. */
  readonly switchOf: (flag: string) => Promise<Pick<FlagSwitch, 'history'>>;
  /** Only this user, and everyone. */
  readonly user?: string | undefined;
  /** Whether to name users whom the service ignores while the flag is off. */
  readonly withIgnored: boolean;
  /** Called when the audit trail cannot be read. */
  readonly onProblem: (error: unknown) => void;
}

// The service gives 20 changes in one answer. Beyond this, what is older stays unknown.
const mostPages = 20;

/**
 * Tells who is in maintenance by the given flags, and since when. It remembers what it found in the audit trail as long as the user is in maintenance, so
 * that `--watch` needs an extra request only for a change.
 */
export function createSurvey({ switchOf, user, withIgnored, onProblem }: SurveyOptions): {
  explain: (states: readonly SwitchState[]) => Promise<HeldByFlag[]>;
} {
  let known = new Map<string, Held>();
  let isForbidden = false;

  async function explain(states: readonly SwitchState[]): Promise<HeldByFlag[]> {
    const next = new Map<string, Held>();
    const surveyed: HeldByFlag[] = [];
    let pages = mostPages;
    for (const state of states) {
      const found = heldBy(state, user, withIgnored);
      const missing = found.filter((one) => !known.has(keyOf(state, one)));
      if (missing.length && pages > 0) {
        pages -= await ask(state, missing, pages);
        // Do not ask again for what the trail does not have.
        for (const one of missing) known.set(keyOf(state, one), { ...one, ...known.get(keyOf(state, one)) });
      }
      const held = found.map((one) => ({ ...known.get(keyOf(state, one)), ...one }));
      for (const one of held) if (known.has(keyOf(state, one))) next.set(keyOf(state, one), one);
      surveyed.push({ state, held });
    }
    known = next;
    return surveyed;
  }

  /** Reads the audit trail backwards until it has found all of them. Returns the number of pages that it read. */
  async function ask(state: SwitchState, found: readonly Held[], most: number): Promise<number> {
    const missing = new Set(found.map(({ user }) => user));
    if (isForbidden) return 0;
    let pages = 0;
    try {
      const flagSwitch = await switchOf(state.flag);
      let before: number | undefined;
      while (flagSwitch.history && missing.size && pages < most) {
        pages += 1;
        const entries = await flagSwitch.history(before);
        for (const entry of entries) note(state, entry, missing);
        const oldest = entries.at(-1)?.date;
        if (oldest === undefined || oldest === before) break;
        before = oldest;
      }
    } catch (error) {
      // A token may be allowed to read the flag but not the audit trail. Who is in maintenance matters more.
      isForbidden = true;
      onProblem(error);
    }
    return pages;
  }

  function note(state: SwitchState, entry: AuditEntry, missing: Set<string | null>): void {
    const mark = parseAuditComment(entry.comment);
    for (const user of mark ? (mark.users ?? [null]) : []) {
      if (!missing.delete(user)) continue;
      const about: Held = {
        user,
        phase: 'active',
        since: new Date(entry.date).toISOString(),
        by: [mark?.by, entry.by].filter(Boolean).join(', '),
        ...(mark?.reason && { reason: mark.reason }),
      };
      known.set(keyOf(state, about), about);
    }
  }

  return { explain };
}

function keyOf({ flag }: SwitchState, { user }: Held): string {
  return JSON.stringify([flag, user]);
}

function heldBy(
  { everyone, users, ignoresUsers = false }: SwitchState,
  only: string | undefined,
  withIgnored: boolean,
): Held[] {
  const named = ignoresUsers && !withIgnored ? [] : [...users];
  const wanted = named.filter(([key]) => only === undefined || key === only);
  return [[null, everyone] as const, ...wanted].flatMap(([user, value]): Held[] => {
    const phase = phaseOf(value);
    if (phase === 'none') return [];
    const { startsAt, endsAt } = interpretFlag(value, { flag: '' }) ?? {};
    const times = {
      ...(startsAt !== undefined && { startsAt: formatIsoTime(startsAt) }),
      ...(endsAt !== undefined && { endsAt: formatIsoTime(endsAt) }),
    };
    return [{ user, phase, ...times }];
  });
}

/** Such as `"bob", announced from … until …, since …, by on, bob@example.com: Ticket 4711`. */
export function describeHeld({ user, phase, startsAt, endsAt, since, by, reason }: Held): string {
  const from = phase === 'scheduled' && startsAt !== undefined ? `announced from ${startsAt}` : '';
  const isOverdue = endsAt !== undefined && Date.parse(endsAt) < Date.now();
  const until = endsAt === undefined ? '' : `until ${endsAt}${isOverdue ? ' (overdue)' : ''}`;
  const times = [from, until].filter(Boolean).join(' ');
  const parts = [
    user === null ? 'Everyone' : JSON.stringify(user),
    times,
    since && `since ${since}`,
    by && `by ${by}`,
  ];
  return `${parts.filter(Boolean).join(', ')}${reason ? `: ${reason}` : ''}`;
}
