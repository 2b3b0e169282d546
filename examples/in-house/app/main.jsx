import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { MaintenanceBanner, MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { eventStreamSource } from 'react-maintenance-mode/http';
import { features } from '../features.js';

const source = eventStreamSource(`/flags/stream${location.search}`);

function SearchBox() {
  const [results, setResults] = useState([]);
  async function search(form) {
    const query = new URLSearchParams(location.search);
    query.set('q', String(form.get('q')));
    const response = await fetch(`/api/search?${query}`);
    if (response.ok) setResults(await response.json());
  }
  return (
    <form action={search}>
      <label>
        Search for <input name="q" type="search" />
      </label>
      <button>Search</button>
      <ul>
        {results.map((result) => (
          <li key={result}>{result}</li>
        ))}
      </ul>
    </form>
  );
}

createRoot(document.getElementById('root')).render(
  <MaintenanceProvider source={source} features={features}>
    {/* What is announced. What is closed now, the gate right below says. */}
    <MaintenanceBanner filter={({ mode }) => mode === 'none'} />
    <h1>Shop</h1>
    <MaintenanceGate feature="search">
      <SearchBox />
    </MaintenanceGate>
  </MaintenanceProvider>,
);
