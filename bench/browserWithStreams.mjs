// The browser globals that the SDKs need, with event streams that the benchmark controls. There is no network.
import { JSDOM } from 'jsdom';

/** The open streams, by the name of the environment in their address. */
export const streams = new Map();

class Stream {
  listeners = new Map();

  constructor(address) {
    streams.set(new URL(address).pathname.split('/')[2], this);
  }

  addEventListener(type, listener) {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  emit(type, data) {
    for (const listener of this.listeners.get(type) ?? []) listener({ data: JSON.stringify(data) });
  }

  close() {
    this.listeners.clear();
  }
}

/** Defines the globals of a page. Call it before loading anything that uses them. */
export function installBrowser() {
  const { window } = new JSDOM('<!doctype html><body></body>', { url: 'http://localhost/' });
  window.EventSource = Stream;
  const names = ['document', 'navigator', 'location', 'localStorage', 'EventSource', 'XMLHttpRequest'];
  const globals = { window, ...Object.fromEntries(names.map((name) => [name, window[name]])) };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
