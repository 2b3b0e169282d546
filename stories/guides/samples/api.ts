import { createMaintenanceStore, defineFeatures } from 'react-maintenance-mode/core';
import { maintenanceFetch } from 'react-maintenance-mode/fetch';

export const features = defineFeatures({
  search: { flag: 'search-maintenance', label: 'Search' },
});

// Pass the same store to <MaintenanceProvider store={store} source={source}>: a refusal here closes its gates.
export const store = createMaintenanceStore({ features });

const api = maintenanceFetch(fetch, store, { features, routes: { '/api/search/*': 'search' } });

export class RequestError extends Error {
  readonly status: number;

  constructor({ status, statusText }: Response) {
    super(statusText);
    this.status = status;
  }
}

export async function readJson(path: string, signal?: AbortSignal): Promise<unknown> {
  const response = await api(path, signal ? { signal } : {});
  if (!response.ok) throw new RequestError(response);
  return response.json();
}

/** Whether to retry now. While a feature is refused it makes no sense; the query runs again when the feature is back. */
export function shouldRetry(error: unknown): boolean {
  return !(error instanceof RequestError && error.status === 503);
}
