'use client';
import {
  Component,
  useEffect,
  useInsertionEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import {
  createMaintenanceStore,
  type MaintenanceChange,
  type MaintenanceStore,
} from '../core/createMaintenanceStore.js';
import type { Features, FeatureKey } from '../core/defineFeatures.js';
import { development, maintenanceError, type MaintenanceError } from '../core/errors.js';
import type { FlagSource } from '../core/FlagSource.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { hideVisually } from './hideVisually.js';
import {
  createPresence,
  MaintenanceContext,
  useMaintenanceContext,
  type KeptByProvider,
  type MaintenanceContextValue,
} from './MaintenanceContext.js';
import type { Messages } from './messages.js';
import type { Announcements, DismissalStorage } from './settings.js';

/** All props are optional. Some are read only once, at the first render: their descriptions say so. */
export interface MaintenanceProviderProps {
  readonly children?: ReactNode;
  /** Where flags come from. It may be set later. Another source counts as another user, unless both name the same `user`. */
  readonly source?: FlagSource | undefined;
  /**
   * The user of the page; `undefined` while nobody is signed in. For sources that do not know the user, such as `pollingSource`. When it
   * changes, the state for the previous user is dropped at once, and the source asks again. Dismissals are stored per user.
   */
  readonly user?: string | undefined;
  /** From `defineFeatures`. Without it, a feature's key is its flag's key. Read once. */
  readonly features?: Features<FeatureKey> | undefined;
  /** The server's snapshot: the first client render equals the server's. `null` if the server could not read the flags. Read once. */
  readonly snapshot?: Snapshot | null | undefined;
  /** Your own store, to share it with code outside of React. It replaces `features`, `snapshot`, `pending`, `now` and the like. */
  readonly store?: MaintenanceStore<FeatureKey> | undefined;
  /** Before the first answer: `open`, or `hold` the place for `pendingTimeoutMs`. Default `open`. Read once. */
  readonly pending?: 'open' | 'hold' | undefined;
  /** How long to wait for the first answer, in milliseconds. Default 2000. Read once. */
  readonly pendingTimeoutMs?: number | undefined;
  /** Called after each change of the state of a feature, for example for analytics. */
  readonly onChange?: ((change: MaintenanceChange<FeatureKey>) => void) | undefined;
  /** Called once per cause. Default: `console.error`. */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
  /** The language of notices and times, as a BCP 47 tag. Default `en`. */
  readonly locale?: string | undefined;
  /** The IANA zone of times. Default: the viewer's own, once the page is hydrated. */
  readonly timeZone?: string | undefined;
  /** Texts in place of the built-in English ones: those of `react-maintenance-mode/locales/...`, or your own. */
  readonly messages?: Partial<Messages> | undefined;
  /**
   * Which changes are announced to users of assistive technology: those of `all` features, of the page's `own` features, which have a gate, a
   * hook or a banner on screen, or none (`off`). Announcements start with the first gate, banner or page. An app that only uses hooks must
   * announce changes itself. Default `own`.
   */
  readonly announcements?: Announcements | undefined;
  /** Where dismissals of banners are stored. Default: `localStorage`, if the browser allows it. */
  readonly storage?: DismissalStorage | undefined;
  /** The key in the storage. Default `react-maintenance-mode.dismissed`. Apps on the same origin need different keys. */
  readonly storageKey?: string | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. Read once. */
  readonly now?: (() => number) | undefined;
}

/**
 * Gives the state of every feature to the components below it.
 *
 * @example
 * <MaintenanceProvider source={source} features={features}>
 *   <Shop />
 * </MaintenanceProvider>
 */
export function MaintenanceProvider(props: MaintenanceProviderProps): React.JSX.Element {
  const { children, source, locale, timeZone, announcements, storage, storageKey, user } = props;
  const [callbacks] = useState(() => createCallbacks(props));
  const { reportOnce } = callbacks;
  const messages = useStable(props.messages);
  const given = useStable({ locale, timeZone, messages, announcements, storage, storageKey, user });
  const makeOwn = () => ({
    features: props.features,
    store: props.store ?? createOwnStore(props, callbacks),
  });
  const [own, setOwn] = useState(() => {
    // Before an effect makes the store follow the source, so that a closed feature is not shown as open in the first render.
    props.store?.prime(source);
    return makeOwn();
  });
  // Fast Refresh replaces edited modules and keeps the state of components. Use the edited features.
  if (
    development &&
    process.env.NODE_ENV !== 'production' &&
    JSON.stringify(own.features) !== JSON.stringify(props.features)
  ) {
    setOwn(makeOwn());
  }
  const store = props.store ?? own.store;
  const [kept] = useState((): KeptByProvider => ({}));
  const value = useMemo(
    (): MaintenanceContextValue => ({
      store,
      presence: store.shared('presence', createPresence),
      given,
      reportOnce,
      kept,
    }),
    [store, given, reportOnce, kept],
  );

  // Before any effect below can make the store report.
  useInsertionEffect(() => {
    if (development && process.env.NODE_ENV !== 'production') assertDocument();
    callbacks.set(props);
  });
  useEffect(() => store.setLocale(locale ?? 'en'), [store, locale]);
  useEffect(() => {
    // A tab that slept may have missed an instant.
    const wake = () => store.refresh();
    document.addEventListener('visibilitychange', wake);
    return () => document.removeEventListener('visibilitychange', wake);
  }, [store]);

  return (
    <MaintenanceContext.Provider value={value}>
      <FollowSource {...{ store, source, user }} isNamed={'user' in props} />
      {children}
      <LiveRegion />
    </MaintenanceContext.Provider>
  );
}

/** The same object until one of its members changes. Props are often inline objects. */
function useStable<T extends object | undefined>(next: T): T {
  const [stable, setStable] = useState(next);
  const before: Readonly<Record<string, unknown>> = { ...stable };
  const after: Readonly<Record<string, unknown>> = { ...next };
  const same = Object.keys({ ...before, ...after }).every((key) => Object.is(before[key], after[key]));
  if (!same) setStable(next);
  return same ? stable : next;
}

interface FollowSourceProps {
  readonly store: MaintenanceStore<FeatureKey>;
  readonly source: FlagSource | undefined;
  readonly user: string | undefined;
  /** Whether the app names the user. */
  readonly isNamed: boolean;
}

/**
 * Makes the store follow the source and the user of a provider, before anything is painted: what was rendered may belong to the person
 * before. A component of its own, so that it comes before the effects of the children. A class, because React 18 warns of layout effects
 * on a server.
 */
class FollowSource extends Component<FollowSourceProps> {
  #stop = () => {};

  override componentDidMount(): void {
    this.#start();
    this.#setUser();
  }

  override componentDidUpdate({ store, source, user }: FollowSourceProps): void {
    const isOther = store !== this.props.store;
    if (isOther || source !== this.props.source) {
      // The store stops a moment later, if nobody has started it again by then.
      this.#stop();
      this.#start();
    }
    if (isOther || user !== this.props.user) this.#setUser();
  }

  override componentWillUnmount(): void {
    this.#stop();
  }

  override render(): null {
    return null;
  }

  #start(): void {
    const { store, source } = this.props;
    this.#stop = store.start(source);
  }

  #setUser(): void {
    const { store, user, isNamed } = this.props;
    if (isNamed) store.setUser(user);
  }
}

/**
 * The only live region of a store (WCAG 4.1.3), even if several providers share it. It must exist, empty, before there is something to
 * announce: screen readers do not announce a region that appears together with its text. The announcer sets its text.
 */
function LiveRegion(): React.JSX.Element | null {
  const { presence, given } = useMaintenanceContext('<LiveRegion>');
  const element = useRef<HTMLDivElement>(null);
  const isUsed = useSyncExternalStore(
    presence.subscribe,
    () => (presence.region()?.element ?? element) === element,
    () => true,
  );
  useEffect(() => () => presence.leave(element), [presence]);
  useEffect(() => presence.join({ element, given }), [presence, given]);
  useEffect(() => hideVisually(element.current), [isUsed]);

  return isUsed ? (
    <div ref={element} role="status" aria-live="polite" aria-atomic="true" data-maintenance-announcer="" />
  ) : null;
}

type CallbackProps = Pick<MaintenanceProviderProps, 'onChange' | 'onError' | 'source' | 'store'>;

interface Callbacks {
  set(props: CallbackProps): void;
  onChange(change: MaintenanceChange<FeatureKey>): void;
  /** Reports an error unless the same was reported before. */
  reportOnce(error: MaintenanceError): void;
}

/**
 * Functions that never change and call the callbacks of the latest render. A flag may be read while React renders, when setting state is not
 * allowed. So errors are reported after the commit. Errors of a render that React discarded are not reported.
 */
function createCallbacks(initial: CallbackProps): Callbacks {
  let latest = initial;
  /** When the latest renders in a row got another source or store each. In development only. */
  let replaced: readonly number[] = [];
  let waiting: MaintenanceError[] | null = hasDocument() ? [] : null;
  const reported = new Set<string>();
  const report = (error: MaintenanceError) => queueMicrotask(() => (latest.onError ?? console.error)(error));
  const callbacks: Callbacks = {
    set(props) {
      if (development && process.env.NODE_ENV !== 'production') {
        const prop = (['source', 'store'] as const).find((name) => props[name] !== latest[name]);
        replaced = prop ? [...replaced, Date.now()].slice(-3) : [];
        const [first = NaN, , third = NaN] = replaced;
        // People who switch between accounts are slower.
        if (prop && third - first < 2000) callbacks.reportOnce(unstableError(prop));
      }
      latest = props;
      waiting?.forEach(report);
      waiting = null;
    },
    onChange: (change) => latest.onChange?.(change),
    reportOnce(error) {
      if (reported.has(error.message)) return;
      reported.add(error.message);
      if (waiting) waiting.push(error);
      else report(error);
    },
  };
  return callbacks;
}

function unstableError(prop: 'source' | 'store'): MaintenanceError {
  const message =
    `<MaintenanceProvider> got another "${prop}" in each of its last 3 renders. Each time, everything is read again, ` +
    'and what a person typed in closed gates is lost. Create it once, outside of the component or with useMemo.';
  return maintenanceError('unstable-source', message);
}

function createOwnStore(
  props: MaintenanceProviderProps,
  { onChange, reportOnce }: Callbacks,
): MaintenanceStore<FeatureKey> {
  const { snapshot } = props;
  return createMaintenanceStore<FeatureKey>({
    ...props,
    // A server renders at the snapshot's instant. If it prerenders, it must not read a clock.
    now: props.now ?? (hasDocument() ? undefined : () => snapshot?.now ?? 0),
    onChange,
    onError: reportOnce,
  });
}

/** Call it in an effect. Servers run no effects, so a renderer without a document is one like React Native. */
export function assertDocument(): void {
  if (hasDocument()) return;
  const instead = 'Use createMaintenanceStore of "react-maintenance-mode/core" there.';
  throw maintenanceError(
    'no-document',
    `<MaintenanceProvider> works with react-dom only, and this renderer has no document. ${instead}`,
  );
}

function hasDocument(): boolean {
  return typeof document !== 'undefined';
}
