import { useMaintenance } from 'react-maintenance-mode';
import useSWR from 'swr';
import { api } from './api';

export function useWords(word: string) {
  const { canRead } = useMaintenance('search');
  // A key that is null does not fetch; it comes back with the feature.
  return useSWR(canRead ? `https://api.example/search/words?q=${word}` : null, async (address: string) => {
    const response = await api(address);
    if (!response.ok) throw new Error(response.statusText);
    return response.json() as Promise<string[]>;
  });
}
