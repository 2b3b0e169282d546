'use client';
import { useLDClient } from 'launchdarkly-react-client-sdk';
import { useMemo } from 'react';
import { MaintenanceProvider, type MaintenanceProviderProps } from '../../react/MaintenanceProvider.js';
import { launchDarklySource } from './launchDarklySource.js';

/** Those of `MaintenanceProvider`, but for the source. */
export type LaunchDarklyMaintenanceProviderProps = Omit<MaintenanceProviderProps, 'source'>;

/**
 * A `MaintenanceProvider` that reads its flags from the client of the `LDProvider` above it, as soon as there is one.
 *
 * @example
 * <LDProvider clientSideID="..." context={{ kind: 'user', key: 'bob' }}>
 *   <LaunchDarklyMaintenanceProvider features={features}>
 *     <Shop />
 *   </LaunchDarklyMaintenanceProvider>
 * </LDProvider>
 */
export function LaunchDarklyMaintenanceProvider(
  props: LaunchDarklyMaintenanceProviderProps,
): React.JSX.Element {
  const client = useLDClient();
  const source = useMemo(() => client && launchDarklySource(client), [client]);
  return <MaintenanceProvider {...props} source={source} />;
}
