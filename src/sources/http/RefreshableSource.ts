import type { FlagSource } from '../../core/FlagSource.js';

/** A source that an app can make ask again. */
export interface RefreshableSource extends FlagSource {
  /** Asks the service again now, and cancels a request that is under way. The known flags hold until the answer. */
  refresh(): void;
  /** Forgets all flags and asks again now: somebody signed in or out. Every store that reads this source drops its state. */
  forget(): void;
}
