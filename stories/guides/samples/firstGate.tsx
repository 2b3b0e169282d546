import { MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { SearchBox } from './SearchBox.js';

// Flags from code, to begin with. The feature's key is the flag's key.
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
