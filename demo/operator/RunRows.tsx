import type { ReindexCustomer } from './ReindexState.js';

interface RunRowsProps {
  readonly customers: readonly ReindexCustomer[];
  /** The customers who were left in maintenance and still are in it. */
  readonly held: readonly ReindexCustomer[];
}

/** The progress of a run, customer by customer. */
export function RunRows({ customers, held }: RunRowsProps) {
  return (
    <ol className="run-rows" aria-label="Customers">
      {customers.map((customer) => {
        const { key, name, step } = customer;
        const isLeft = step === 'held' || step === 'orphaned';
        const { tone, label } = isLeft && !held.includes(customer) ? byHand : looks[step];
        return (
          <li key={key} data-customer={key}>
            <span>{name}</span>
            <span className="status" data-tone={tone}>
              <span className="status-mode">{label}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

const byHand = { tone: 'waiting', label: 'Ended by hand' };

const looks: Readonly<Record<ReindexCustomer['step'], { tone: string; label: string }>> = {
  waiting: { tone: 'waiting', label: 'Waiting' },
  holding: { tone: 'read-only', label: 'Closing' },
  running: { tone: 'read-only', label: 'Job running' },
  ran: { tone: 'read-only', label: 'Opening' },
  done: { tone: 'done', label: 'Done' },
  held: { tone: 'down', label: 'Held' },
  orphaned: { tone: 'down', label: 'Held, job cut off' },
  undone: { tone: 'waiting', label: 'Not done' },
};
