import type { ReindexCustomer } from './ReindexState.js';

interface HeldBoxProps {
  readonly held: readonly ReindexCustomer[];
  /** Whether a run is in progress. It has to end before another one can continue. */
  readonly busy: boolean;
  readonly onResume: (keepGoing: boolean) => void;
  readonly onEnd: (customer: string) => void;
}

/** Shows who was left in maintenance, why, and what the operator can do next. */
export function HeldBox({ held, busy, onResume, onEnd }: HeldBoxProps) {
  return (
    <section className="held" aria-labelledby="held-title">
      <h3 id="held-title">
        {held.length} held: {held.map(({ name }) => name).join(', ')}
      </h3>
      <p>
        Maintenance never ends after a failure: what is half done is not to be used. Mend the job and run it
        again, or end it by hand.
      </p>
      <div className="held-ways">
        <button type="button" className="quiet" aria-disabled={busy} onClick={() => !busy && onResume(false)}>
          Run again
        </button>
        <button type="button" className="quiet" aria-disabled={busy} onClick={() => !busy && onResume(true)}>
          Go on with the rest
        </button>
        {held.map((customer) => (
          <button key={customer.key} type="button" className="quiet" onClick={() => onEnd(customer.key)}>
            End maintenance for {customer.name}
          </button>
        ))}
      </div>
    </section>
  );
}
