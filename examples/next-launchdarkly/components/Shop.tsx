'use client';
import { initialize } from 'launchdarkly-js-client-sdk';
import { useEffect, useState, type ReactNode } from 'react';
import { MaintenanceBanner, MaintenanceProvider, type Snapshot } from 'react-maintenance-mode';
import { createMaintenanceStore, type FlagSource } from 'react-maintenance-mode/core';
import { maintenanceFetch } from 'react-maintenance-mode/fetch';
import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';
import { features, routes } from '../lib/features';
import { ApiContext } from './ApiContext';

interface ShopProps {
  user: string;
  locale: string;
  snapshot: Snapshot | undefined;
  bypassed: string;
  flagServer: string;
  children: ReactNode;
}

export function Shop({ user, locale, snapshot, bypassed, flagServer, children }: ShopProps) {
  const [source, setSource] = useState<FlagSource>();
  const [store] = useState(() => createMaintenanceStore({ features, snapshot, locale }));
  const [api] = useState(() =>
    maintenanceFetch((input, init) => fetch(input, init), store, { features, routes }),
  );

  useEffect(() => {
    // Staff see closed features too, although their flags say that they are closed.
    if (bypassed) return;
    const client = initialize(
      'local',
      { kind: 'user', key: user },
      {
        baseUrl: flagServer,
        streamUrl: flagServer,
        eventsUrl: flagServer,
        fetchGoals: false,
        sendEvents: false,
      },
    );
    setSource(launchDarklySource(client));
    return () => void client.close();
  }, [user, bypassed, flagServer]);

  return (
    <MaintenanceProvider store={store} source={source} locale={locale}>
      <ApiContext value={api}>
        {bypassed && <p role="status">You look past: {bypassed}</p>}
        <MaintenanceBanner />
        {children}
      </ApiContext>
    </MaintenanceProvider>
  );
}
