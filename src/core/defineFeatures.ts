import { describe, listNames, maintenanceError } from './errors.js';
import { localize, type ByLocale } from './localize.js';
import type { Mode } from './Maintenance.js';

/** The definition of a feature. `K` are the keys of all features that are defined together. */
export interface FeatureDefinition<K extends string = string> {
  /** The key of its flag, spelled as at the flag service. */
  readonly flag: string;
  /** Its name in notices: "Search", or `{ en: 'Search', fr: 'Recherche' }`. Default: the feature's key. */
  readonly label?: ByLocale<string>;
  /** Whether the label is a plural: "Comments are unavailable". It may depend on the language. Default false. */
  readonly plural?: ByLocale<boolean>;
  /** The mode when its flag only says *on*. Default `down`. */
  readonly mode?: Mode;
  /** The features that it needs: its state is never better than theirs. */
  readonly dependsOn?: readonly K[];
  /** `site`: the state of every other feature is never better than that of this one. */
  readonly scope?: 'site';
  /** `off` for a flag that says *enabled*: maintenance when it is off. An unknown flag is no maintenance either way. Default `on`. */
  readonly maintenanceWhen?: 'on' | 'off';
  /** The state while the flag service has never answered. `closed` puts the feature into its own mode. Default `open`. */
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
  /** The features whose flags affect it, nearest first: itself, its direct and indirect dependencies, and the site. */
  readonly causes: readonly K[];
}

/** The features of an app by key. */
export type Features<K extends string = string> = { readonly [key in K]: Feature<K> };

type Definitions<K extends string> = { readonly [key in K]: FeatureDefinition<K> };

/** The feature of a key, in an app that defines no features. Its flag has the same key. */
export function featureOfFlag<K extends string>(key: K): Feature<K> {
  return {
    key,
    flag: key,
    label: key,
    plural: false,
    mode: 'down',
    scope: 'feature',
    maintenanceWhen: 'on',
    failure: 'open',
    causes: [key],
  };
}

/**
 * Defines the features of an app and the flags that control them.
 *
 * @throws `empty-flag`, `duplicate-flag`, `unknown-dependency`, `dependency-cycle` or `invalid-option`, with the names of the features.
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
  for (const key of keys) refuseBadChoices(key, definitions[key]);
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
  const own = featureOfFlag(key);
  return {
    key,
    flag: definition.flag,
    label: definition.label ?? own.label,
    plural: definition.plural ?? own.plural,
    mode: definition.mode ?? own.mode,
    scope: definition.scope ?? own.scope,
    maintenanceWhen: definition.maintenanceWhen ?? own.maintenanceWhen,
    failure: definition.failure ?? own.failure,
    causes,
  };
}

/** A feature and all its dependencies, nearest first. */
function dependenciesOf<K extends string>(key: K, definitions: Definitions<K>): K[] {
  /** Each dependency, and a feature that depends on it. */
  const dependents = new Map<K, K | undefined>([[key, undefined]]);
  // The loop also visits entries that are added to the map meanwhile.
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
          `Features depend on each other in a circle: ${path.join(' -> ')}. Remove one "dependsOn".`,
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
        `Feature "${key}" has no flag. Give it the key of its flag: { flag: "${key}-maintenance" }.`,
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

const choices: Readonly<Record<string, readonly unknown[]>> = {
  mode: ['degraded', 'read-only', 'down'],
  scope: ['site', 'feature'],
  maintenanceWhen: ['on', 'off'],
  failure: ['open', 'closed'],
};

/** For definitions without types. With a wrong mode, a feature would never close. */
function refuseBadChoices(key: string, definition: object): void {
  const given: Readonly<Record<string, unknown>> = { ...definition };
  for (const [name, allowed] of Object.entries(choices)) {
    const value = given[name] ?? allowed[0];
    if (allowed.includes(value)) continue;
    throw maintenanceError(
      'invalid-option',
      `Feature "${key}" has the ${name} ${describe(value)}. Expected ${allowed.join(' or ')}.`,
    );
  }
}

/** The name of a feature in a language; its key if it has no label. */
export function labelIn({ key, label }: Pick<Feature, 'key' | 'label'>, locale: string): string {
  const found = localize(label, locale);
  return typeof found === 'string' && found ? found : key;
}

/** Whether the label is a plural, such as "Comments". */
export function isPluralIn({ plural }: Pick<Feature, 'plural'>, locale: string): boolean {
  return localize(plural, locale) === true;
}

/**
 * Augment it to tell TypeScript the features of an app. Keys are then checked everywhere.
 *
 * @example
 * declare module 'react-maintenance-mode' {
 *   interface Register { features: typeof features }
 * }
 */
// Empty until an app adds to it.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Register {}

/** The key of a feature: one of those in `Register`, or any text if nothing is registered. */
export type FeatureKey = Register extends { features: infer F } ? Extract<keyof F, string> : string;
