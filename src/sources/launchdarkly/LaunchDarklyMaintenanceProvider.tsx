'use client';
import { useLDClient } from 'launchdarkly-react-client-sdk';
import { useMemo, useState } from 'react';
import { MaintenanceProvider, type MaintenanceProviderProps } from 'react-maintenance-mode';
import type { FlagSource } from '../../core/FlagSource.js';
import { launchDarklySource } from './launchDarklySource.js';

/** The props of `MaintenanceProvider`, without `source`. */
export interface LaunchDarklyMaintenanceProviderProps extends Omit<MaintenanceProviderProps, 'source'> {
  /** The React context of the `LDProvider`, if its `reactOptions` name one. */
  readonly reactContext?: Parameters<typeof useLDClient>[0];
  /** Wraps the source: `devtools.wrap`, or `(source) => persistedSource(source, { user })`. Read once. */
  readonly wrapSource?: ((source: FlagSource) => FlagSource) | undefined;
}

/**
 * A `MaintenanceProvider` that reads its flags from the client of the `LDProvider` above, as soon as there is one. With
 * `asyncWithLDProvider` that is the first render, with `LDProvider` it is later. If `LDProvider` has `bootstrap`, pass the same flags as a
 * snapshot, for the first render and for the server.
 *
 * @example
 * <LDProvider clientSideID="..." context={{ kind: 'user', key: 'bob' }}>
 *   <LaunchDarklyMaintenanceProvider features={features}>
 *     <Shop />
 *   </LaunchDarklyMaintenanceProvider>
 * </LDProvider>
 */
export function LaunchDarklyMaintenanceProvider({
  reactContext,
  wrapSource = itself,
  ...props
}: LaunchDarklyMaintenanceProviderProps): React.JSX.Element {
  const client = useLDClient(reactContext);
  // It is often an inline function. A new one at each render would create a new source and a new subscription.
  const [pass] = useState(() => wrapSource);
  const source = useMemo(() => client && pass(launchDarklySource(client)), [client, pass]);
  return <MaintenanceProvider {...props} source={source} />;
}

const itself = (source: FlagSource): FlagSource => source;
