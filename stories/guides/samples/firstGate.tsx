import { MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { SearchBox } from './SearchBox.js';

// Flags from code, for a start. Without `features` a feature's key is its flag's key.
const source = memorySource({ 'search-maintenance': true });

export function App() {
  return (
    <MaintenanceProvider source={source}>
      <MaintenanceGate feature="search-maintenance" fallback={<p>Search is unavailable.</p>}>
        <SearchBox />
      </MaintenanceGate>
    </MaintenanceProvider>
  );
}
