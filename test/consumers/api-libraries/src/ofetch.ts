import { createFetch } from 'ofetch';
import { api } from './api';

// By default it asks a second time at once when it is refused.
export const client = createFetch({ fetch: api, defaults: { retry: false } });
