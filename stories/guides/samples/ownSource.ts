import type { FlagSource } from 'react-maintenance-mode';

interface Client {
  getValue(flag: string): unknown;
  on(event: 'change', listener: () => void): void;
  off(event: 'change', listener: () => void): void;
}

export function clientSource(client: Client): FlagSource {
  return {
    get: (flag) => client.getValue(flag),
    subscribe(_flags, onChange) {
      // Called with nothing: any flag may have changed.
      const listener = () => onChange();
      client.on('change', listener);
      return () => client.off('change', listener);
    },
  };
}
