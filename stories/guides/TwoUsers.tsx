import { useState } from 'react';
import { MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { shop } from '../shop.js';
import './TwoUsers.css';

const users = ['Alice', 'Bob'] as const;

/** Two people with the same app. Each has their own source, as each browser has its own client of the flag service. */
export function TwoUsers(): React.JSX.Element {
  const [sources] = useState(() => users.map(() => memorySource()));
  return (
    <div className="two-users">
      {users.map((user, index) => (
        <section key={user} aria-label={user}>
          <label>
            <input
              type="checkbox"
              onChange={(event) => sources[index]?.set('search-maintenance', event.target.checked)}
            />{' '}
            Search is down for {user}
          </label>
          <MaintenanceProvider source={sources[index]} features={shop}>
            <MaintenanceGate feature="search">
              <input type="search" aria-label={`Search as ${user}`} />
            </MaintenanceGate>
          </MaintenanceProvider>
        </section>
      ))}
    </div>
  );
}
