'use client';
import { useState, type ReactNode } from 'react';
import { MaintenanceBanner, MaintenanceProvider } from 'react-maintenance-mode';
import { pollingSource } from 'react-maintenance-mode/http';
import { features } from '../lib/features';

/** The layout is prerendered for everybody. The flags of this user come from /flags. */
export function Maintenance({ children }: { children: ReactNode }) {
  // Poll every five seconds, so that you see the change soon. The default is five minutes, and five seconds around an announced window.
  const [source] = useState(() => pollingSource('/flags', { intervalMs: 5_000 }));
  return (
    <MaintenanceProvider source={source} features={features}>
      <MaintenanceBanner />
      {children}
    </MaintenanceProvider>
  );
}
