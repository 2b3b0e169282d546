import { MaintenanceGate } from 'react-maintenance-mode';

export function SearchBox(): React.JSX.Element {
  return (
    <MaintenanceGate feature="search">
      <input type="search" aria-label="Search" />
    </MaintenanceGate>
  );
}
