import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  MaintenancePage,
  MaintenanceProvider,
  takeSnapshot,
} from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';

export const locales = 'en-US en-GB de fr es pt-BR ja zh-Hans ar-EG he hi th'.split(' ');

const hour = 3_600_000;
const features = defineFeatures({
  site: { flag: 'site', label: 'Shop', scope: 'site' },
  search: { flag: 'search', label: 'Search' },
  comments: { flag: 'comments', label: 'Comments' },
  reviews: { flag: 'reviews', label: 'Reviews' },
  uploads: { flag: 'uploads', label: 'Uploads' },
  orders: { flag: 'orders', label: 'Orders' },
});

/** Every kind of notice with every kind of time, as a server rendered it at `now`. */
export function Notices({ locale, now }: { locale: string; now: number }) {
  const shared = { id: 'move', mode: 'read-only', startsAt: now - hour, endsAt: now + 30 * hour };
  const flags = {
    search: { startsAt: now - hour, endsAt: now + 2 * hour },
    comments: { startsAt: now + 40 * hour, endsAt: now + 41 * hour },
    reviews: shared,
    uploads: shared,
    orders: { endsAt: now - hour },
  };
  const snapshot = takeSnapshot({ features, flags, now });
  return (
    <>
      <MaintenanceProvider {...{ features, snapshot, locale }} source={memorySource(flags)}>
        <MaintenancePage feature="site">
          <MaintenanceBanner />
          {Object.keys(flags).map((feature) => (
            <MaintenanceGate key={feature} feature={feature} requires="write" />
          ))}
        </MaintenancePage>
      </MaintenanceProvider>
      <MaintenanceProvider
        {...{ features, locale }}
        snapshot={takeSnapshot({ features, flags: { site: flags.search }, now })}
        source={memorySource({ site: flags.search })}
      >
        <MaintenancePage feature="site" />
      </MaintenanceProvider>
    </>
  );
}
