import { MaintenanceBanner, MaintenanceProvider, type FlagSource } from 'react-maintenance-mode';
import { de } from 'react-maintenance-mode/locales/de';

export function App({ source }: { readonly source: FlagSource }) {
  return (
    <MaintenanceProvider source={source} locale="de" timeZone="Europe/Berlin" messages={de}>
      <MaintenanceBanner />
    </MaintenanceProvider>
  );
}
