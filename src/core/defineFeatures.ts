import { listNames, maintenanceError } from './errors.js';
import { findLocale } from './localize.js';
import type { Mode } from './Maintenance.js';

/**
 * Something that depends on the language: one value for all languages, a map of locales, or a function, which is called for each text.
 *
 * @example
 * label: { en: 'Search', fr: 'Recherche' }
 * label: (locale) => i18n.t('search', { lng: locale })
 */
export type ByLocale<T extends string | boolean> =
  T | { readonly [locale: string]: T } | ((locale: string) => T);

/** How a feature is defined. `K` are the keys of all features defined together. */
export interface FeatureDefinition<K extends string = string> {
  /** The key of its flag at the service, spelled as it is there. */
  readonly flag: string;
  /** What people call it, for notices: "Search", or `{ en: 'Search', fr: 'Recherche' }`. Default: the feature's key. */
  readonly label?: ByLocale<string>;
  /** Whether the label is a plural: "Comments are unavailable". It may depend on the language. Default false. */
  readonly plural?: ByLocale<boolean>;
  /** The mode when its flag only says *on*. Default `down`. */
  readonly mode?: Mode;
  /** The features that it needs: its state is never better than theirs. */
  readonly dependsOn?: readonly K[];
  /** `site`: no feature's state is better than that of this one. */
  readonly scope?: 'site';
  /** `off` for a flag that says *enabled*: maintenance when it is off. An unknown flag is no maintenance either way. Default `on`. */
  readonly maintenanceWhen?: 'on' | 'off';
  /** What holds when the flag service has never answered. `closed` puts the feature into its own mode. Default `open`. */
  readonly failure?: 'open' | 'closed';
}

/** A defined feature, with its defaults filled in. Plain JSON, unless its label is a function. */
export interface Feature<K extends string = string> {
  readonly key: K;
  readonly flag: string;
  readonly label: ByLocale<string>;
  readonly plural: ByLocale<boolean>;
  readonly mode: Mode;
  readonly scope: 'feature' | 'site';
  readonly maintenanceWhen: 'on' | 'off';
  readonly failure: 'open' | 'closed';
  /** Whose flags decide about it, nearest first: itself, what it depends on directly or through others, and the site. */
  readonly causes: readonly K[];
}

/** The features of an app by key. */
export type Features<K extends string = string> = { readonly [key in K]: Feature<K> };

type Definitions<K extends string> = { readonly [key in K]: FeatureDefinition<K> };

/** The feature of a key in an app without defined features: its flag has the same key. */
export function featureOfFlag<K extends string>(key: K): Feature<K> {
  return complete(key, { flag: key }, [key]);
}

/**
 * Names the features of an app, once, with the flags that control them.
 *
 * @throws `empty-flag`, `duplicate-flag`, `unknown-dependency` or `dependency-cycle`, naming the features.
 * @example
 * export const features = defineFeatures({
 *   site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
 *   payments: { flag: 'payments-maintenance', label: 'Payments', plural: true },
 *   checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
 * });
 * declare module 'react-maintenance-mode' {
 *   interface Register { features: typeof features }
 * }
 */
export function defineFeatures<K extends string>(definitions: {
  readonly [key in K]: FeatureDefinition<NoInfer<K>>;
}): Features<K> {
  // Object.keys and fromEntries lose the keys' type.
  const keys = Object.keys(definitions) as K[];
  refuseBadFlags(keys, definitions);
  const sites = keys.filter((key) => definitions[key].scope === 'site');
  const siteCauses = sites.flatMap((site) => dependenciesOf(site, definitions));

  return Object.fromEntries(
    keys.map((key) => {
      const causes = new Set(dependenciesOf(key, definitions));
      if (definitions[key].scope !== 'site') for (const cause of siteCauses) causes.add(cause);
      return [key, complete(key, definitions[key], [...causes])];
    }),
  ) as Features<K>;
}

function complete<K extends string>(
  key: K,
  definition: FeatureDefinition<K>,
  causes: readonly K[],
): Feature<K> {
  return {
    key,
    flag: definition.flag,
    label: definition.label ?? key,
    plural: definition.plural ?? false,
    mode: definition.mode ?? 'down',
    scope: definition.scope ?? 'feature',
    maintenanceWhen: definition.maintenanceWhen ?? 'on',
    failure: definition.failure ?? 'open',
    causes,
  };
}

/** A feature and all that it depends on, nearest first. */
function dependenciesOf<K extends string>(key: K, definitions: Definitions<K>): K[] {
  /** Each dependency, and the feature that was found to depend on it. */
  const dependents = new Map<K, K | undefined>([[key, undefined]]);
  // The loop also visits what is added to the map meanwhile.
  for (const [feature] of dependents) {
    for (const dependency of definitions[feature].dependsOn ?? []) {
      if (!Object.hasOwn(definitions, dependency)) {
        throw maintenanceError(
          'unknown-dependency',
          `Feature "${feature}" depends on "${dependency}", which is not defined. Defined are: ${listNames(definitions)}.`,
        );
      }
      if (dependency === key) {
        const path = [key];
        for (let step: K | undefined = feature; step !== undefined; step = dependents.get(step)) {
          path.unshift(step);
        }
        throw maintenanceError(
          'dependency-cycle',
          `Features depend on each other in a circle: ${path.join(' -> ')}. Take one "dependsOn" away.`,
        );
      }
      if (!dependents.has(dependency)) dependents.set(dependency, feature);
    }
  }
  return [...dependents.keys()];
}

function refuseBadFlags<K extends string>(keys: readonly K[], definitions: Definitions<K>): void {
  const owners = new Map<string, K>();
  for (const key of keys) {
    const { flag } = definitions[key];
    if (typeof flag !== 'string' || !flag) {
      throw maintenanceError(
        'empty-flag',
        `Feature "${key}" names no flag. Give it the key of its flag: { flag: "${key}-maintenance" }.`,
      );
    }
    const owner = owners.get(flag);
    if (owner !== undefined) {
      throw maintenanceError(
        'duplicate-flag',
        `Features "${owner}" and "${key}" both name the flag "${flag}". Give each its own flag, or let one depend on the other.`,
      );
    }
    owners.set(flag, key);
  }
}

/** What people call a feature in a language. Without a label: its key. */
export function labelIn({ key, label }: Pick<Feature, 'key' | 'label'>, locale: string): string {
  const found = valueIn(label, locale);
  return typeof found === 'string' && found ? found : key;
}

/** Whether the label is a plural, such as "Comments". */
export function isPluralIn({ plural }: Pick<Feature, 'plural'>, locale: string): boolean {
  return valueIn(plural, locale) === true;
}

function valueIn<T extends string | boolean>(value: ByLocale<T>, locale: string): T | undefined {
  if (typeof value === 'object') return findLocale(value, locale);
  if (typeof value !== 'function') return value;
  try {
    return value(locale);
  } catch {
    // The app's translations may not be loaded yet. A missing name must not break the page.
    return undefined;
  }
}

/**
 * Where an app tells TypeScript its features, so that keys are checked everywhere.
 *
 * @example
 * declare module 'react-maintenance-mode' {
 *   interface Register { features: typeof features }
 * }
 */
// Empty until an app adds to it.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Register {}

/** The key of a feature: one of those registered, or any text without a registry. */
export type FeatureKey = Register extends { features: infer F } ? Extract<keyof F, string> : string;
