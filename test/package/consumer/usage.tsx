import { LDProvider } from 'launchdarkly-react-client-sdk';
import type { ReactNode } from 'react';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  MaintenanceProvider,
  takeSnapshot,
  useMaintenance,
  useSourceStatus,
} from 'react-maintenance-mode';
import { createMaintenanceStore, memorySource } from 'react-maintenance-mode/core';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
import 'react-maintenance-mode/styles.css';

// The README's usage, without a registry: a feature's key is any text.
export const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', plural: true, mode: 'read-only' },
  payments: { flag: 'payments-maintenance', label: 'Payments' },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});

export const first = (
  <LDProvider clientSideID="..." context={{ kind: 'user', key: 'bob' }}>
    <LaunchDarklyMaintenanceProvider>
      <MaintenanceGate feature="search-maintenance">search</MaintenanceGate>
    </LaunchDarklyMaintenanceProvider>
  </LDProvider>
);

export const gates = (
  <MaintenanceProvider
    source={memorySource({ 'search-maintenance': { endsAt: '2026-11-23T15:30:00Z' } })}
    features={features}
    snapshot={takeSnapshot({ features, flags: { 'search-maintenance': true } })}
    pending="hold"
    pendingTimeoutMs={500}
    onChange={({ feature, from, to }) => console.log(feature, from.mode, to.phase)}
    onError={({ code, problem }) => console.log(code, problem?.path)}
  >
    <MaintenanceBanner className="banner" />
    <MaintenanceGate feature="search" fallback={<p>Search is unavailable.</p>} />
    <MaintenanceGate feature="comments" requires="write" />
    <MaintenanceGate feature="search">{(state) => <p>{state.mode === 'degraded'}</p>}</MaintenanceGate>
    {/* @ts-expect-error no such behavior */}
    <MaintenanceGate feature="search" whenClosed="vanish" />
  </MaintenanceProvider>
);

export function Search(): ReactNode {
  const search = useMaintenance('search');
  const affected = useMaintenance();
  const { state } = useSourceStatus();
  // @ts-expect-error the state does not change
  search.mode = 'down';
  return `${search.notice?.title ?? ''} ${affected[0]?.feature} ${state}`;
}

export const store = createMaintenanceStore({ source: memorySource(), features });
