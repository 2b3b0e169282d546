import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMaintenance } from 'react-maintenance-mode';
import { shouldRetry, readJson } from './api.js';

export function useSearch(words: string): UseQueryResult {
  return useQuery({
    queryKey: ['search', words],
    queryFn: ({ signal }) => readJson(`/api/search?words=${encodeURIComponent(words)}`, signal),
    enabled: useMaintenance('search').canRead,
    retry: (count, error) => shouldRetry(error) && count < 3,
  });
}
