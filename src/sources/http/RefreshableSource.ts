import type { FlagSource } from '../../core/FlagSource.js';

/** A source that an app can have ask again. */
export interface RefreshableSource extends FlagSource {
  /** Asks the service again now, in place of a question under way. What is known holds until the answer. */
  refresh(): void;
  /** Forgets all flags and asks again now: somebody signed in or out. Every store that reads this source drops what it knew. */
  forget(): void;
}
