'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { MaintenanceGate, useMaintenance, type FeatureKey } from 'react-maintenance-mode';

/** Takes the place of what the server did not render. When the feature is back, it refreshes until the server has rendered it. */
export function RefreshWhenOpen({ feature }: { feature: FeatureKey }) {
  const { canRead } = useMaintenance(feature);
  const router = useRouter();
  useEffect(() => {
    if (!canRead) return;
    router.refresh();
    const timer = setInterval(() => router.refresh(), 1000);
    return () => clearInterval(timer);
  }, [canRead, router]);
  return <MaintenanceGate feature={feature} />;
}
