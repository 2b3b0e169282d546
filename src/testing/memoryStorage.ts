import type { DismissalStorage } from '../react/settings.js';

/**
 * Creates a storage in memory, so that what is dismissed in one test or story is shown again in the next.
 *
 * @example
 * <MaintenanceProvider storage={memoryStorage()}>
 */
export function memoryStorage(): DismissalStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}
