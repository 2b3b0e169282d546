import type { MaintenanceChange } from 'react-maintenance-mode';

import type { PersonKey } from '../people.js';

/** The message from a shop to the operator's page around it, which shows how fast the shop followed a change. */
export interface ShopMessage {
  readonly kind: 'shop-changed';
  readonly person: PersonKey;
  /** The features that caused the change. */
  readonly causes: readonly string[];
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Reports the change of a feature to the operator's page, if this shop is in its frame. */
export function reportChange(person: PersonKey, { from, to }: MaintenanceChange): void {
  if (window.parent === window) return;
  const message: ShopMessage = {
    kind: 'shop-changed',
    person,
    causes: [from.cause, to.cause],
    at: Date.now(),
  };
  window.parent.postMessage(message, window.location.origin);
}
