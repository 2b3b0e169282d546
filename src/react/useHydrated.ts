'use client';
import { useSyncExternalStore } from 'react';

/** Whether React has hydrated the page: `false` in the server's HTML, and in the first render of a page that a server wrote. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
}

function subscribe(): () => void {
  return () => {};
}
