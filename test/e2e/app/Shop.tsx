import { memo, type ReactNode } from 'react';
import { MaintenanceBanner, MaintenanceGate, useSourceStatus } from 'react-maintenance-mode';

/** A small shop: a search box and comments, each behind its gate. The providers of vendors do not render it again. */
export const Shop = memo(function Shop({ signIn }: { signIn: (user: string) => void }): ReactNode {
  return (
    <>
      <MaintenanceBanner />
      <h1>Shop</h1>
      <section aria-label="Search">
        <MaintenanceGate feature="search" fallback={<p>No searching for now.</p>}>
          <label>
            Search for <input />
          </label>
        </MaintenanceGate>
      </section>
      <section aria-label="Comments">
        <MaintenanceGate feature="comments" fallback={<p>No commenting for now.</p>}>
          <label>
            Comment <textarea />
          </label>
        </MaintenanceGate>
      </section>
      <Status />
      <button type="button" onClick={() => signIn('alice')}>
        Sign in as Alice
      </button>
    </>
  );
});

function Status(): ReactNode {
  return <p>Flags: {useSourceStatus().state}</p>;
}
