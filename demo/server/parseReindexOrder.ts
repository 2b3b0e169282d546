import type { ReindexCustomer, ReindexOrder } from '../operator/ReindexState.js';

/** Parses the body of a request from the panel. Returns `undefined` when it is invalid. */
export function parseReindexOrder(
  body: string,
  customers: readonly ReindexCustomer[],
): ReindexOrder | undefined {
  const isCustomer = (key: unknown): key is string => customers.some((customer) => customer.key === key);
  const { order, customer, keepGoing, failFor = null } = parseObject(body);
  if (failFor !== null && !isCustomer(failFor)) return undefined;
  if (order === 'start') return { order, failFor };
  if (order === 'resume') return { order, failFor, keepGoing: keepGoing === true };
  if (order === 'stop') return { order };
  if (order === 'end' && isCustomer(customer)) return { order, customer };
  return undefined;
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
