'use client';
import { createContext, useContext } from 'react';
import { development, maintenanceError } from '../core/errors.js';
import type { MaintenanceContextValue } from './MaintenanceContextValue.js';
import { withoutProvider } from './withoutProvider.js';

export const MaintenanceContext: React.Context<MaintenanceContextValue | null> =
  createContext<MaintenanceContextValue | null>(null);

/**
 * The context, for a component or hook that has to be below a provider. Without one it throws in development; in production
 * the page goes on as if nothing were in maintenance.
 */
export function useMaintenanceContext(consumer: string): MaintenanceContextValue {
  const value = useContext(MaintenanceContext);
  if (value) return value;
  if (!development) return withoutProvider;
  throw maintenanceError(
    'no-provider',
    `${consumer} must be below <MaintenanceProvider>. Wrap the app in it.`,
  );
}
