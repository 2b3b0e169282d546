import type { FlagSource, SourceStatus } from 'react-maintenance-mode/core';

/** A source that a test can break, and ask who listens and what was read. */
export interface ControlledSource extends FlagSource {
  /** Every flag that was read since the last look, in order. */
  takeReads(): string[];
  set(flag: string, value: unknown): void;
  /** Changes a flag and tells nobody. */
  setSilently(flag: string, value: unknown): void;
  /** Tells every subscriber of a flag, or that any may have changed. */
  emit(flag?: string): void;
  setStatus(status: SourceStatus): void;
  setBroken(broken: boolean): void;
  listenerCount(): number;
}

export function createControlledSource(
  flags: Readonly<Record<string, unknown>> = {},
  initialStatus: SourceStatus = { state: 'ready' },
): ControlledSource {
  const values = new Map(Object.entries(flags));
  const listeners = new Map<object, (flag?: string) => void>();
  const statusListeners = new Map<object, () => void>();
  let reads: string[] = [];
  let status = initialStatus;
  let broken = false;

  function emit(flag?: string): void {
    for (const listener of [...listeners.values()]) listener(flag);
  }

  return {
    get(flag) {
      reads.push(flag);
      if (broken) throw new Error('the client is closed');
      return values.get(flag);
    },
    subscribe(wanted, onChange) {
      const token = {};
      listeners.set(token, (flag) => {
        if (flag === undefined || wanted.includes(flag)) onChange(flag);
      });
      return () => void listeners.delete(token);
    },
    status: () => status,
    subscribeStatus(onStatus) {
      const token = {};
      statusListeners.set(token, onStatus);
      return () => void statusListeners.delete(token);
    },
    takeReads() {
      const taken = reads;
      reads = [];
      return taken;
    },
    setSilently: (flag, value) => void values.set(flag, value),
    set(flag, value) {
      values.set(flag, value);
      emit(flag);
    },
    emit,
    setStatus(next) {
      status = next;
      for (const listener of [...statusListeners.values()]) listener();
    },
    setBroken(next) {
      broken = next;
    },
    listenerCount: () => listeners.size + statusListeners.size,
  };
}
