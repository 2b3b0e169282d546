import type { ReindexCustomer, ReindexProgress, ReindexState } from '../operator/ReindexState.js';

/** An event of `maintenance-mode each --json`, as far as the demo reads it. */
export type EachEvent =
  | { readonly event: 'start' | 'end' }
  | { readonly event: 'step'; readonly user: string; readonly step: string }
  | {
      readonly event: 'result';
      readonly user: string;
      readonly result: 'done' | 'skipped' | 'held' | 'undone' | 'orphaned';
      readonly message?: string;
    }
  | ({ readonly event: 'progress' } & ReindexProgress);

/** The state of a run after one more event of it. */
export function followRun(state: ReindexState, event: EachEvent): ReindexState {
  switch (event.event) {
    case 'step': {
      const step = steps[event.step];
      return step ? withCustomer(state, event.user, { step }) : state;
    }
    case 'result': {
      const { user, result, message } = event;
      return withCustomer(state, user, {
        // Skipped is who was done before.
        step: result === 'skipped' ? 'done' : result,
        ...(message !== undefined && { message }),
      });
    }
    case 'progress': {
      const { users, perSecond, secondsLeft } = event;
      return { ...state, progress: { users, perSecond, secondsLeft } };
    }
    default:
      return state;
  }
}

/** The state once the command is no more, however it ended. */
export function endRun(state: ReindexState): ReindexState {
  const inWork = ['holding', 'running', 'ran'];
  return {
    ...state,
    phase: 'ended',
    // Only a command that was killed leaves somebody in the middle.
    customers: state.customers.map((customer) =>
      inWork.includes(customer.step) ? { ...customer, step: 'orphaned' } : customer,
    ),
  };
}

/** What comes before a result; the others are told of by the result. */
const steps: Readonly<Partial<Record<string, ReindexCustomer['step']>>> = {
  holding: 'holding',
  running: 'running',
  ran: 'ran',
};

function withCustomer(
  state: ReindexState,
  key: string,
  { step, message }: Pick<ReindexCustomer, 'step' | 'message'>,
): ReindexState {
  return {
    ...state,
    customers: state.customers.map((customer) => {
      if (customer.key !== key) return customer;
      const { name, byHand } = customer;
      return { key, name, step, byHand, ...(message !== undefined && { message }) };
    }),
  };
}
