/** The progress of a run for one customer. */
export interface ReindexCustomer {
  readonly key: string;
  readonly name: string;
  /**
   * `holding`: maintenance is being turned on. `running`: the job runs. `ran`: it succeeded, maintenance is being turned off. `held`: left
   * in maintenance. `orphaned`: left in maintenance by a run that was killed while the job ran. `undone`: not in maintenance, not done.
   */
  readonly step: 'waiting' | 'holding' | 'running' | 'ran' | 'done' | 'held' | 'orphaned' | 'undone';
  /** Why the work did not go as planned, if it did not. */
  readonly message?: string;
  /** The command line that ends this customer's maintenance. */
  readonly byHand: string;
}

/** A run of `maintenance-mode each` over all customers, as the demo's server tracks it. */
export interface ReindexState {
  readonly phase: 'idle' | 'running' | 'stopping' | 'ended';
  readonly customers: readonly ReindexCustomer[];
  readonly progress: ReindexProgress;
  /** The command line of the run, or of the first run if none has started. */
  readonly command: string;
  /** The output of the command and its jobs, line by line. */
  readonly words: readonly string[];
}

/** As the command reports it. `null` means not known yet. */
export interface ReindexProgress {
  readonly users: number;
  readonly perSecond: number | null;
  readonly secondsLeft: number | null;
}

/** The requests of the panel to the demo's server. */
export type ReindexOrder =
  | { readonly order: 'start'; readonly failFor: string | null }
  | { readonly order: 'resume'; readonly keepGoing: boolean; readonly failFor: string | null }
  | { readonly order: 'stop' }
  | { readonly order: 'end'; readonly customer: string };
