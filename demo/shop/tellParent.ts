import type { MaintenanceChange } from 'react-maintenance-mode';

import type { PersonKey } from '../people.js';

/** What a shop inside the operator's page tells it, so that the page can say how fast the shop followed. */
export interface ShopMessage {
  readonly kind: 'shop-changed';
  readonly person: PersonKey;
  /** The features that the change came from. */
  readonly causes: readonly string[];
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Tells the operator's page, if this shop is inside it, that a feature changed. */
export function tellParent(person: PersonKey, { from, to }: MaintenanceChange): void {
  if (window.parent === window) return;
  const message: ShopMessage = {
    kind: 'shop-changed',
    person,
    causes: [from.cause, to.cause],
    at: Date.now(),
  };
  window.parent.postMessage(message, window.location.origin);
}
