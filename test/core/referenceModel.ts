import {
  interpretFlag,
  type Features,
  type Maintenance,
  type MaintenanceWindow,
  type Snapshot,
  type SourceStatus,
} from 'react-maintenance-mode/core';

/** A source as the model sees it: values, how it fares, and whether reading throws. */
export interface ModelSource {
  readonly values: Map<string, unknown>;
  status: SourceStatus['state'];
  broken: boolean;
}

interface Entry {
  window: MaintenanceWindow | null;
  reopening: { window: MaintenanceWindow; since: number; until: number } | null;
  known: boolean;
}

const severity = { none: 0, degraded: 1, 'read-only': 2, down: 3 };
const urgency = { none: 0, scheduled: 1, recovering: 2, active: 3, overdue: 4 };

/** What the store should hold, computed in full from everything at every event; slow and plain. */
export class ReferenceModel {
  states: Record<string, Maintenance> = {};
  waiting = true;
  locale = 'en';
  private readonly entries: Record<string, Entry> = {};

  constructor(
    private readonly features: Features,
    private readonly snapshot: Snapshot | undefined,
    private readonly jitter: number,
    private source: ModelSource | undefined,
    now: number,
  ) {
    for (const key of Object.keys(features)) {
      const window = snapshot?.windows[key] ?? null;
      this.entries[key] = { window, reopening: null, known: snapshot !== undefined };
    }
    this.readAll(now);
    this.states = this.recompute(now);
  }

  useSource(source: ModelSource): void {
    // Another source speaks of somebody else.
    if (this.source) {
      for (const key of Object.keys(this.entries)) {
        this.entries[key] = { window: null, reopening: null, known: false };
      }
      this.waiting = true;
    }
    this.source = source;
  }

  get status(): SourceStatus['state'] {
    return this.source?.status ?? 'pending';
  }

  readAll(now: number): void {
    if (this.status !== 'pending') this.waiting = false;
    for (const { flag } of Object.values(this.features)) this.read(flag, now);
  }

  read(flag: string, now: number): void {
    const feature = Object.values(this.features).find((candidate) => candidate.flag === flag);
    const entry = feature && this.entries[feature.key];
    if (!entry) return;
    const value = this.source?.broken ? undefined : this.source?.values.get(flag);
    const answered = !this.source?.broken && (value !== undefined || this.status === 'ready');
    let window = entry.window;
    if (answered) {
      entry.known = true;
      window = interpretFlag(value, feature);
    } else if (!entry.known && feature.failure === 'closed' && !this.waiting) {
      window = { id: flag, mode: feature.mode };
    }
    const before = entry.window;
    if (same(before, window)) return;
    const closed = ['active', 'overdue', 'recovering'];
    if (window && closed.includes(this.phaseOf(window, now))) entry.reopening = null;
    else if (before && closed.includes(this.phaseOf(before, now))) {
      const end = this.phaseOf(before, now) === 'recovering' ? (before.endsAt ?? 0) : now;
      entry.reopening = { window: before, since: now, until: end + this.turnOf(before) };
    }
    entry.window = window;
  }

  /** Brings all states to an instant; returns the features whose states changed. */
  look(now: number): string[] {
    for (const entry of Object.values(this.entries)) {
      const { reopening } = entry;
      if (reopening && !(reopening.since <= now && now < reopening.until)) entry.reopening = null;
    }
    const before = this.states;
    const after = this.recompute(now);
    const changed = Object.keys(after).filter((key) => !same(before[key], after[key]));
    for (const key of changed) this.states = { ...this.states, [key]: after[key] as Maintenance };
    return changed;
  }

  /** The instants after one and up to another at which something may change by itself. */
  instantsBetween(from: number, to: number): number[] {
    const instants = Object.values(this.entries).flatMap(({ window, reopening }) => [
      window?.announceFrom,
      window?.startsAt,
      window?.endsAt,
      window?.endsAt && window.endsAt + this.turnOf(window),
      reopening?.until,
    ]);
    const due = instants.filter(
      (instant): instant is number => instant !== undefined && instant > from && instant <= to,
    );
    return [...new Set(due)].sort((a, b) => a - b);
  }

  affected(): Maintenance[] {
    const states = Object.keys(this.features).map((key) => this.states[key] as Maintenance);
    return states.filter(({ phase }) => phase !== 'none').sort((a, b) => rank(b) - rank(a));
  }

  private recompute(now: number): Record<string, Maintenance> {
    return Object.fromEntries(Object.keys(this.features).map((key) => [key, this.stateOf(key, now)]));
  }

  private stateOf(key: string, now: number): Maintenance {
    const candidates = (this.features[key]?.causes ?? []).flatMap((cause) => {
      const { window, reopening } = this.entries[cause] as Entry;
      return [
        ...(window ? [this.describe(key, cause, window, this.phaseOf(window, now))] : []),
        ...(reopening ? [this.describe(key, cause, reopening.window, 'recovering')] : []),
      ];
    });
    const found = candidates.filter(({ phase }) => phase !== 'none').sort((a, b) => rank(b) - rank(a));
    return found[0] ?? this.describe(key, key, null, 'none');
  }

  private describe(
    feature: string,
    cause: string,
    window: MaintenanceWindow | null,
    phase: Maintenance['phase'],
  ): Maintenance {
    const mode = !window || phase === 'scheduled' ? 'none' : window.mode;
    const title = typeof window?.title === 'object' ? window.title[this.locale] : window?.title;
    return JSON.parse(
      JSON.stringify({
        feature,
        mode,
        phase,
        upcomingMode: phase === 'scheduled' ? window?.mode : undefined,
        canRead: mode !== 'down',
        canWrite: mode !== 'down' && mode !== 'read-only',
        cause,
        notice: title ? { title } : null,
        startsAt: window?.startsAt,
        endsAt: window?.endsAt,
        windowId: window?.id ?? '',
      }),
    ) as Maintenance;
  }

  private phaseOf(window: MaintenanceWindow, now: number): Maintenance['phase'] {
    const started = window.startsAt === undefined || window.startsAt <= now;
    const announced = window.announceFrom === undefined || window.announceFrom <= now;
    if (!started) return announced ? 'scheduled' : 'none';
    if (window.endsAt === undefined || now < window.endsAt) return 'active';
    if (!window.endsAutomatically) return 'overdue';
    return now < window.endsAt + this.turnOf(window) ? 'recovering' : 'none';
  }

  private turnOf(window: MaintenanceWindow): number {
    return (window.reopenOverSeconds ?? 0) * 1000 * this.jitter;
  }
}

function rank({ mode, phase }: Maintenance): number {
  return severity[mode] * 10 + urgency[phase];
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
