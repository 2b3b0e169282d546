'use client';
import { useState, type ReactNode } from 'react';
import { MaintenanceBanner, MaintenanceProvider } from 'react-maintenance-mode';
import { pollingSource } from 'react-maintenance-mode/http';
import { features } from '../lib/features';

/** The layout is prerendered for everybody; what is in maintenance for this user comes from /flags. */
export function Maintenance({ children }: { children: ReactNode }) {
  // Every five seconds, to see it soon. The default is five minutes, and five seconds around an announced window.
  const [source] = useState(() => pollingSource('/flags', { intervalMs: 5_000 }));
  return (
    <MaintenanceProvider source={source} features={features}>
      <MaintenanceBanner />
      {children}
    </MaintenanceProvider>
  );
}
