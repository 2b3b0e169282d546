// A browser in Node whose event streams are in the hands of the benchmark: it has no network.
import { JSDOM } from 'jsdom';

/** The streams that are open, by the name of the environment that the SDKs put into their address. */
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

/** Puts what a page has onto the global object, before anything that looks for it is loaded. */
export function installBrowser() {
  const { window } = new JSDOM('<!doctype html><body></body>', { url: 'http://localhost/' });
  window.EventSource = Stream;
  const names = ['document', 'navigator', 'location', 'localStorage', 'EventSource', 'XMLHttpRequest'];
  const globals = { window, ...Object.fromEntries(names.map((name) => [name, window[name]])) };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
