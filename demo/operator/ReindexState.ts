/** How far a run over all customers has come with one of them. */
export interface ReindexCustomer {
  readonly key: string;
  readonly name: string;
  /**
   * `holding`: maintenance is being turned on. `running`: the job runs. `ran`: it succeeded, maintenance is being turned off. `held`: left
   * in maintenance. `orphaned`: left in maintenance by a run that was killed while the job ran. `undone`: not in maintenance, not done.
   */
  readonly step: 'waiting' | 'holding' | 'running' | 'ran' | 'done' | 'held' | 'orphaned' | 'undone';
  /** Why, where it did not go as planned. */
  readonly message?: string;
  /** The command line that ends this customer's maintenance. */
  readonly byHand: string;
}

/** A run of `maintenance-mode each` over all customers, as the demo's server follows it. */
export interface ReindexState {
  readonly phase: 'idle' | 'running' | 'stopping' | 'ended';
  readonly customers: readonly ReindexCustomer[];
  readonly progress: ReindexProgress;
  /** The command line of the run, or of the first one to come. */
  readonly command: string;
  /** What the command and its jobs said, line for line. */
  readonly words: readonly string[];
}

/** As the command tells it; `null` is what it does not know yet. */
export interface ReindexProgress {
  readonly users: number;
  readonly perSecond: number | null;
  readonly secondsLeft: number | null;
}

/** What the panel can ask of the demo's server. */
export type ReindexOrder =
  | { readonly order: 'start'; readonly failFor: string | null }
  | { readonly order: 'resume'; readonly keepGoing: boolean; readonly failFor: string | null }
  | { readonly order: 'stop' }
  | { readonly order: 'end'; readonly customer: string };
