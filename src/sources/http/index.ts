export { eventStreamSource } from './eventStreamSource.js';
export type { EventStreamSourceOptions } from './eventStreamSource.js';
export { pollingSource } from './pollingSource.js';
export type { PollingSourceOptions } from './pollingSource.js';
export type { RefreshableSource } from './createReceiver.js';
