import { useRef } from 'react';

import { features } from '../features.js';
import { HeldBox } from './HeldBox.js';
import { planPerUserWork } from './planPatch.js';
import type { ReindexCustomer, ReindexOrder, ReindexState } from './ReindexState.js';
import { RunRows } from './RunRows.js';
import type { Operator } from './useOperator.js';

interface ReindexPanelProps {
  readonly operator: Operator;
  /** Whether Bob's job should fail. */
  readonly fails: boolean;
  readonly onFails: (fails: boolean) => void;
}

/** Reindexes every customer: each one's search closes in turn, and opens when the job is done. */
export function ReindexPanel({ operator, fails, onFails }: ReindexPanelProps) {
  const { reindexing, held, state, order } = operator;
  const { phase, customers } = reindexing;
  const busy = phase === 'running' || phase === 'stopping';
  const isHalfway =
    phase === 'ended' &&
    !held.length &&
    customers.some(({ step }) => step !== 'done') &&
    customers.some(({ step }) => step === 'done');
  const failFor = fails ? 'bob' : null;
  const status = useRef<HTMLParagraphElement>(null);

  async function start(): Promise<void> {
    if (busy || held.length) return;
    const flag = state.flags.find(({ key }) => key === features.search.flag);
    if (flag)
      await operator.send(flag.key, planPerUserWork(flag, notice), 'Search ready for one after another');
    await order({ order: 'start', failFor });
  }

  /** Moves focus before a button that was pressed disappears, so that focus does not fall back to the top of the page. */
  function orderAndMoveFocus(wanted: ReindexOrder): void {
    status.current?.focus();
    void order(wanted);
  }

  return (
    <section className="run" aria-labelledby="run-title">
      <h2 id="run-title">Search, for one customer after another</h2>
      <p className="run-hint">
        The command <code>maintenance-mode each</code> closes each customer’s search, runs a job, and opens it
        again.
      </p>
      <label className="check">
        <input type="checkbox" checked={fails} onChange={(event) => onFails(event.target.checked)} />
        <span>Let Bob’s job fail</span>
      </label>
      <div className="run-ways">
        <button
          type="button"
          className="send"
          aria-disabled={busy || held.length > 0}
          onClick={() => void start()}
        >
          Reindex everyone
        </button>
        <button
          type="button"
          className="quiet"
          aria-disabled={phase !== 'running'}
          onClick={() => phase === 'running' && void order({ order: 'stop' })}
        >
          Stop
        </button>
        {isHalfway && (
          <button
            type="button"
            className="quiet"
            onClick={() => orderAndMoveFocus({ order: 'resume', keepGoing: false, failFor })}
          >
            Go on
          </button>
        )}
      </div>
      <RunProgress reindexing={reindexing} />
      <p className="run-status" role="status" tabIndex={-1} ref={status}>
        {describe(reindexing, held)}
      </p>
      {held.length > 0 && (
        <HeldBox
          held={held}
          busy={busy}
          onResume={(keepGoing) => orderAndMoveFocus({ order: 'resume', keepGoing, failFor })}
          onEnd={(customer) => orderAndMoveFocus({ order: 'end', customer })}
        />
      )}
      <RunRows customers={customers} held={held} />
    </section>
  );
}

/** The notice that customers read while their search is reindexed. */
const notice = { mode: 'down', message: 'It is being brought up to date, which takes a few seconds.' };

/** The progress bar, with rate and remaining time. It changes too often to be announced. */
function RunProgress({ reindexing }: { readonly reindexing: ReindexState }) {
  const { phase, progress, customers } = reindexing;
  const { users, perSecond, secondsLeft } = progress;
  const parts = [
    `${users} of ${customers.length}`,
    perSecond !== null && `${Math.round(perSecond * 60)} a minute`,
    secondsLeft !== null && phase === 'running' && `${secondsLeft} s left`,
  ];
  return (
    <div className="run-progress">
      <progress aria-label="Customers finished" value={users} max={customers.length} />
      <p>{parts.filter(Boolean).join(', ')}</p>
    </div>
  );
}

/** One status line that changes only at the start and the end of a run. The steps in between are visible and would be too much to announce. */
function describe({ phase, customers }: ReindexState, held: readonly ReindexCustomer[]): string {
  if (phase === 'idle') return '';
  if (phase === 'running') return 'Under way.';
  if (phase === 'stopping') return 'Stopping.';
  const done = customers.filter(({ step }) => step === 'done').length;
  if (done === customers.length) return `All ${done} are done.`;
  const how = customers.some(({ step }) => step === 'waiting') ? 'Halted' : 'Ended';
  const left = held.length > 0 ? ` Held: ${held.map(({ name }) => name).join(', ')}.` : '';
  return `${how} with ${done} of ${customers.length} done.${left}`;
}
