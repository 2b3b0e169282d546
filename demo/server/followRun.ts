import type { ReindexCustomer, ReindexProgress, ReindexState } from '../operator/ReindexState.js';

/** An event of `maintenance-mode each --json`, with the fields that the demo uses. */
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

/** Returns the state of a run after one more event. */
export function followRun(state: ReindexState, event: EachEvent): ReindexState {
  switch (event.event) {
    case 'step': {
      const step = steps[event.step];
      return step ? withCustomer(state, event.user, { step }) : state;
    }
    case 'result': {
      const { user, result, message } = event;
      return withCustomer(state, user, {
        // Skipped customers were done in an earlier run.
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

/** Returns the state after the command has exited, for whatever reason. */
export function endRun(state: ReindexState): ReindexState {
  const inWork = ['holding', 'running', 'ran'];
  return {
    ...state,
    phase: 'ended',
    // Only a command that was killed leaves a customer between two steps.
    customers: state.customers.map((customer) =>
      inWork.includes(customer.step) ? { ...customer, step: 'orphaned' } : customer,
    ),
  };
}

/** The steps before a result. Every other outcome is part of the result event. */
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
