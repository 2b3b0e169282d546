'use client';
import { useEffect, useInsertionEffect, useMemo, useState, type ReactNode } from 'react';
import { createMaintenanceStore } from '../core/createMaintenanceStore.js';
import type { Features } from '../core/defineFeatures.js';
import { development, type MaintenanceError } from '../core/errors.js';
import type { FlagSource } from '../core/FlagSource.js';
import type { MaintenanceChange, MaintenanceStore } from '../core/MaintenanceStore.js';
import type { FeatureKey } from '../core/Register.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { Announcer } from './Announcer.js';
import { checkSettings } from './checkSettings.js';
import { createAnnouncer } from './createAnnouncer.js';
import { createMinutes } from './createMinutes.js';
import { keepScroll } from './keepScroll.js';
import { MaintenanceContext } from './MaintenanceContext.js';
import type { Announcements, MaintenanceContextValue } from './MaintenanceContextValue.js';
import type { DismissalStorage } from './DismissalStorage.js';
import { english, type Messages } from './messages.js';
import { SourceFollower } from './SourceFollower.js';

/** Everything but `children` has a default. What is read once, at the first render, says so. */
export interface MaintenanceProviderProps {
  readonly children?: ReactNode;
  /** Where flags come from. It may come late. Another one speaks of somebody else, unless both name the same `user`. */
  readonly source?: FlagSource | undefined;
  /**
   * Who uses the page, `undefined` for nobody who signed in. Another one drops at once what was known of the person before, and has
   * the source ask anew. For sources that cannot tell by themselves, such as `pollingSource`; with it dismissals are kept per user.
   */
  readonly user?: string | undefined;
  /** From `defineFeatures`. Without it, a feature's key is its flag's key. Read once. */
  readonly features?: Features<FeatureKey> | undefined;
  /** What the server read; the first client render equals the server's. `null` where it could not read the flags. Read once. */
  readonly snapshot?: Snapshot | null | undefined;
  /** A store of one's own, in place of `features`, `snapshot`, `pending` and their kind: to share it with code outside React. */
  readonly store?: MaintenanceStore<FeatureKey> | undefined;
  /** Before the first answer: `open`, or `hold` the place for `pendingTimeoutMs`. Default `open`. Read once. */
  readonly pending?: 'open' | 'hold' | undefined;
  /** How long the first answer is waited for, in milliseconds. Default 2000. Read once. */
  readonly pendingTimeoutMs?: number | undefined;
  /** Called when the state of a feature changed, for analytics. */
  readonly onChange?: ((change: MaintenanceChange<FeatureKey>) => void) | undefined;
  /** Told once per cause. Default: `console.error`. */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
  /** The language of notices and times, as a BCP 47 tag. Default `en`. */
  readonly locale?: string | undefined;
  /** The IANA zone of times. Default: the viewer's own, from the moment that the page is alive. */
  readonly timeZone?: string | undefined;
  /** Texts in place of the built-in English ones: those of `react-maintenance-mode/locales/...`, or your own. */
  readonly messages?: Partial<Messages> | undefined;
  /**
   * Whose changes are spoken to users of assistive technology: of `all` features, of their `own`, which have a gate, a hook or
   * a banner on screen, or `off`. Default `own`.
   */
  readonly announcements?: Announcements | undefined;
  /** Where it is kept which banners were dismissed. Default: `localStorage`, as far as the browser allows it. */
  readonly storage?: DismissalStorage | undefined;
  /** Under which key. Default `react-maintenance-mode.dismissed`; give apps that share an origin one each. */
  readonly storageKey?: string | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. Read once. */
  readonly now?: (() => number) | undefined;
}

/**
 * Gives the state of every feature to what is below it.
 *
 * @example
 * <MaintenanceProvider source={source} features={features}>
 *   <Shop />
 * </MaintenanceProvider>
 */
export function MaintenanceProvider(props: MaintenanceProviderProps): React.JSX.Element {
  const { children, source, user, storageKey = 'react-maintenance-mode.dismissed' } = props;
  const [callbacks] = useState(() => createCallbacks(props));
  const checked = checkSettings(props, callbacks.tellOnce);
  const { locale, timeZone, announcements, storage, now } = checked;
  const messages = useStableMessages(checked.messages);
  const [own, setOwn] = useState(() => {
    // Before the effect below, in which it is followed: what is closed is not to be called even once.
    props.store?.prime(source);
    return makeOwn();
  });
  function makeOwn(): { defined: string; store: MaintenanceStore<FeatureKey> } {
    const given = { ...props, ...checked, now: props.now && now };
    return {
      defined: describeFeatures(props.features),
      store: props.store ?? createOwnStore(given, callbacks),
    };
  }
  // A tool that replaces edited modules in the open page (Fast Refresh) keeps the state of components: follow what was edited.
  if (development && own.defined !== describeFeatures(props.features)) setOwn(makeOwn());
  const store = props.store ?? own.store;
  const announcer = useMemo(() => store.shared('announcer', () => createAnnouncer(store)), [store]);
  const [lasting] = useState(() => ({ minutes: createMinutes(now), memory: createMemory(now) }));
  const [clock] = useState(() => now);
  const value = useMemo(() => {
    const wording = { locale, timeZone, ...completeMessages(messages, locale) };
    const { tellOnce } = callbacks;
    const dismissals = { storage, storageKey, user };
    const settings = { ...wording, ...dismissals, announcements, now: clock };
    return { store, announcer, tellOnce, ...lasting, settings };
  }, [
    store,
    announcer,
    callbacks,
    lasting,
    locale,
    timeZone,
    messages,
    announcements,
    storage,
    storageKey,
    user,
    clock,
  ]);

  // Before any effect below can make the store speak.
  useInsertionEffect(() => {
    callbacks.set(props);
  });
  useEffect(() => store.setLocale(locale), [store, locale]);
  useEffect(() => store.subscribeAffected(keepScroll), [store]);
  useEffect(() => {
    // A tab that slept may have missed an instant.
    const wake = () => store.refresh();
    document.addEventListener('visibilitychange', wake);
    return () => document.removeEventListener('visibilitychange', wake);
  }, [store]);

  return (
    <MaintenanceContext.Provider value={value}>
      <SourceFollower
        {...{ store, source }}
        said={'user' in props ? { user } : undefined}
        onUser={lasting.memory.startAnew}
      />
      {children}
      <Announcer />
    </MaintenanceContext.Provider>
  );
}

/** The built-in English messages where there are no others, and which those are when the language is another one. */
function completeMessages(
  own: Partial<Messages>,
  locale: string,
): { readonly messages: Messages; readonly untranslated: ReadonlySet<keyof Messages> } {
  // Object.keys loses the keys' type.
  const keys = Object.keys(english) as (keyof Messages)[];
  const isEnglish = /^en(-|$)/i.test(locale);
  return {
    messages: { ...english, ...own },
    untranslated: new Set(isEnglish ? [] : keys.filter((key) => own[key] === undefined)),
  };
}

function createMemory(now: () => number): MaintenanceContextValue['memory'] {
  const memory = {
    since: 0,
    startAnew: () => {
      memory.since = now();
    },
  };
  return memory;
}

/** The same object until one of the messages is another: props are often written in place. */
function useStableMessages(messages: Partial<Messages>): Partial<Messages> {
  const [stable, setStable] = useState(messages);
  const next: Readonly<Record<string, unknown>> = { ...messages };
  const before: Readonly<Record<string, unknown>> = { ...stable };
  const same = Object.keys({ ...next, ...before }).every((key) => next[key] === before[key]);
  if (!same) setStable(messages);
  return same ? stable : messages;
}

/** The same text as long as the features are defined the same. */
function describeFeatures(features: MaintenanceProviderProps['features']): string {
  return development ? JSON.stringify(features ?? null) : '';
}

type CallbackProps = Pick<MaintenanceProviderProps, 'onChange' | 'onError'>;

interface Callbacks extends Required<CallbackProps> {
  set(props: CallbackProps): void;
  /** Tells an error unless the same was told before. */
  tellOnce(error: MaintenanceError): void;
}

/**
 * The callbacks of the latest render, behind functions that stay the same. A flag may be read first while React renders, where
 * nobody may set state: errors are told afterwards, and those of a render that React threw away not at all.
 */
function createCallbacks(initial: CallbackProps): Callbacks {
  let latest = initial;
  let waiting: MaintenanceError[] | null = typeof document === 'undefined' ? null : [];
  const told = new Set<string>();
  const tell = (error: MaintenanceError) => queueMicrotask(() => (latest.onError ?? console.error)(error));
  const onError = (error: MaintenanceError) => (waiting ? void waiting.push(error) : tell(error));
  return {
    set(props) {
      latest = props;
      waiting?.forEach(tell);
      waiting = null;
    },
    onChange: (change) => latest.onChange?.(change),
    onError,
    tellOnce(error) {
      if (told.has(error.message)) return;
      told.add(error.message);
      onError(error);
    },
  };
}

function createOwnStore(
  { source, features, snapshot, pending, pendingTimeoutMs, locale, now, ...rest }: MaintenanceProviderProps,
  { onChange, onError }: Callbacks,
): MaintenanceStore<FeatureKey> {
  // A server writes the snapshot at the snapshot's instant. It may prerender, and must not read a clock then.
  const standing = typeof document === 'undefined' ? () => snapshot?.now ?? 0 : undefined;
  return createMaintenanceStore<FeatureKey>({
    ...('user' in rest && { user: rest.user }),
    source,
    features,
    snapshot,
    pending,
    pendingTimeoutMs,
    locale,
    now: now ?? standing,
    onChange,
    onError,
  });
}
