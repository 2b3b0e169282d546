export { rememberedSource } from './rememberedSource.js';
export type { RememberedSourceOptions } from './rememberedSource.js';
