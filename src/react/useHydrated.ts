'use client';
import { useSyncExternalStore } from 'react';

/** Whether the page is alive: `false` in the server's HTML and in the render that hydrates it. */
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
