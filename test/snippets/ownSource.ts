import type { FlagSource } from 'react-maintenance-mode';
import type { SourceUnderTest } from 'react-maintenance-mode/testing';

/** The client of some flag service, which hands its listeners an event of its own. */
function createClient() {
  const values = new Map<string, unknown>();
  const events = new EventTarget();
  return {
    getValue: (flag: string) => values.get(flag) ?? false,
    on: (event: 'change', listener: (event: Event) => void) => events.addEventListener(event, listener),
    off: (event: 'change', listener: (event: Event) => void) => events.removeEventListener(event, listener),
    set(flag: string, value: unknown) {
      values.set(flag, value);
      events.dispatchEvent(new Event('change'));
    },
  };
}

export function createMySource(): SourceUnderTest {
  const client = createClient();
  // #region
  const source: FlagSource = {
    get: (flag) => client.getValue(flag),
    subscribe(_flags, onChange) {
      const listener = () => onChange(); // without the key of a flag: any may have changed
      client.on('change', listener);
      return () => client.off('change', listener);
    },
  };
  // #endregion
  return { source, set: client.set };
}
