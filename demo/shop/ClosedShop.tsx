import { type Maintenance, MaintenanceBanner } from 'react-maintenance-mode';

import { Pot } from './Pot.js';

/** What stands in the place of the whole shop while it is closed. */
export function ClosedShop({ state }: { readonly state: Maintenance }) {
  return (
    <main className="closed" data-mode={state.mode}>
      <div className="closed-shelf">
        <Pot piece={{ id: 'carafe', glaze: 'celadon' }} />
        <Pot piece={{ id: 'moon-jar', glaze: 'ash' }} />
        <Pot piece={{ id: 'teapot', glaze: 'tenmoku' }} />
      </div>
      <h1 className="visually-hidden">Rim &amp; Foot</h1>
      <MaintenanceBanner />
      <p>Your basket and what you have written stay as they are. Orders that were placed are on their way.</p>
    </main>
  );
}
