'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { MaintenanceGate, useMaintenance, type FeatureKey } from 'react-maintenance-mode';

/** In the place of what the server did not render. When the feature is back it asks the server, until that knows it too. */
export function LeftOut({ feature }: { feature: FeatureKey }) {
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
