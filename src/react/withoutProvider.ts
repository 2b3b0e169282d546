import { operational } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/Register.js';
import type { MaintenanceContextValue } from './MaintenanceContextValue.js';
import { english } from './messages.js';

// Whatever the feature is called: with registered features no text is one.
const untouched = operational('' as FeatureKey);
const nothing: readonly never[] = [];
const status = { state: 'pending' } as const;
const unsubscribe = (): void => {};
const subscribe = (): (() => void) => unsubscribe;

/** What holds in production where the provider was forgotten: nothing is in maintenance, and nothing ever changes. */
export const withoutProvider: MaintenanceContextValue = {
  store: {
    prime: unsubscribe,
    start: subscribe,
    get: () => untouched,
    subscribe,
    getAffected: () => nothing,
    subscribeAffected: subscribe,
    getInitial: () => untouched,
    getInitialAffected: () => nothing,
    getStatus: () => status,
    isHolding: () => false,
    isHoldingInitially: () => false,
    subscribeStatus: subscribe,
    labelOf: (feature) => feature,
    isPlural: () => false,
    ownsWindow: () => false,
    setLocale: unsubscribe,
    setUser: unsubscribe,
    getUserChanges: () => 0,
    reportUnavailable: unsubscribe,
    shared: (_name, make) => make(),
    refresh: unsubscribe,
    now: Date.now,
  },
  settings: {
    locale: 'en',
    timeZone: undefined,
    messages: english,
    untranslated: new Set(),
    announcements: 'off',
    storage: undefined,
    storageKey: '',
    user: undefined,
    now: Date.now,
  },
  announcer: {
    enter: subscribe,
    say: () => {},
    markTold: unsubscribe,
    join: subscribe,
    maySpeak: () => true,
    subscribeSpeaker: subscribe,
  },
  tellOnce: unsubscribe,
  minutes: { subscribe, get: () => 0, refresh: unsubscribe },
  memory: { since: 0, startAnew: unsubscribe },
};
