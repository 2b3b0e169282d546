import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceProvider,
  type FlagSource,
} from 'react-maintenance-mode';
import { de } from 'react-maintenance-mode/locales/de';

const features = defineFeatures({ search: { flag: 'search-maintenance', label: 'Die Suche' } });
const messages = { ...de, kept: 'Ihr Entwurf bleibt erhalten.' };

export function App({ source }: { readonly source: FlagSource }) {
  return (
    <MaintenanceProvider source={source} features={features} locale="de" messages={messages}>
      <MaintenanceBanner />
    </MaintenanceProvider>
  );
}
