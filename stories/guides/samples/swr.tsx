import { useMaintenance } from 'react-maintenance-mode';
import useSWR, { type SWRResponse } from 'swr';
import { shouldRetry, readJson } from './api.js';

export function useSearch(words: string): SWRResponse {
  const { canRead } = useMaintenance('search');
  // A key that is null does not fetch.
  const key = canRead ? `/api/search?words=${encodeURIComponent(words)}` : null;
  return useSWR(key, (path: string) => readJson(path), { shouldRetryOnError: shouldRetry });
}
