import type { Mode } from 'react-maintenance-mode';

import type { ShopFeature } from '../features.js';
import type { Audience } from './planPatch.js';

/** The values of the form. */
export interface Draft {
  readonly feature: ShopFeature;
  readonly audience: Audience;
  readonly mode: Mode;
  /** Seconds from now, or a time of day. */
  readonly start: number | 'at';
  readonly startTime: string;
  /** Seconds from the start, a time of day, or no promise. */
  readonly end: number | 'at' | 'none';
  readonly endTime: string;
  readonly endsAutomatically: boolean;
  readonly message: string;
}

/** The parts of the shop, in the order of the panel. */
export const shopFeatures = [
  'search',
  'comments',
  'checkout',
  'payments',
  'site',
] as const satisfies readonly ShopFeature[];

/** The names of the parts of the shop in the panel. */
export const partNames: Readonly<Record<ShopFeature, string>> = {
  search: 'Search',
  comments: 'Comments',
  checkout: 'Checkout',
  payments: 'Payments',
  site: 'Whole shop',
};

/** The modes that make sense for a part of the shop. The first is preselected. */
export const modesOf: Readonly<Record<ShopFeature, readonly [Mode, ...Mode[]]>> = {
  search: ['down', 'degraded'],
  comments: ['read-only', 'down'],
  checkout: ['down'],
  payments: ['down'],
  site: ['down', 'read-only'],
};

export const firstDraft: Draft = {
  feature: 'search',
  audience: 'bob',
  mode: 'down',
  start: 0,
  startTime: '',
  end: 'none',
  endTime: '',
  endsAutomatically: false,
  message: '',
};

/** The flag value that a draft stands for at this moment. */
export function valueOf(draft: Draft, now: number): { mode: Mode } & Record<string, unknown> {
  const second = Math.floor(now / 1000) * 1000;
  const startsAt = draft.start === 'at' ? timeOfDay(draft.startTime, second) : second + draft.start * 1000;
  const endsAt =
    draft.end === 'none'
      ? undefined
      : draft.end === 'at'
        ? timeOfDay(draft.endTime, startsAt)
        : roundDown(startsAt + draft.end * 1000, draft.end);
  const message = draft.message.trim();
  return {
    mode: draft.mode,
    startsAt: toText(startsAt),
    ...(endsAt !== undefined && { endsAt: toText(endsAt) }),
    ...(endsAt !== undefined && draft.endsAutomatically && { endsAutomatically: true }),
    ...(message && { message }),
  };
}

/** Times shown to people are rounded to whole minutes, unless they are less than a few minutes away. */
function roundDown(instant: number, seconds: number): number {
  return seconds < 300 ? instant : Math.floor(instant / 60_000) * 60_000;
}

/** The next instant after `after` at which clocks show a time such as "15:30". */
function timeOfDay(time: string, after: number): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const instant = new Date(after).setHours(hours, minutes, 0, 0);
  return instant > after ? instant : new Date(instant).setDate(new Date(instant).getDate() + 1);
}

function toText(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
