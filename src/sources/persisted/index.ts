export { persistedSource } from './persistedSource.js';
export type { PersistedSourceOptions } from './persistedSource.js';
