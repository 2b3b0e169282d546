import { MaintenanceBanner } from 'react-maintenance-mode';

import { Pot } from './Pot.js';

/** What stands in the place of the whole shop while it is closed. */
export function ClosedShop() {
  return (
    <div className="closed">
      <div className="closed-shelf">
        <Pot piece={{ id: 'carafe', glaze: 'celadon' }} />
        <Pot piece={{ id: 'moon-jar', glaze: 'ash' }} />
        <Pot piece={{ id: 'teapot', glaze: 'tenmoku' }} />
      </div>
      <MaintenanceBanner />
      <p>Your basket and what you have written stay as they are. Orders that were placed are on their way.</p>
    </div>
  );
}
