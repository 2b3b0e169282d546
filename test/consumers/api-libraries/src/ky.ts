import ky from 'ky';
import { api } from './api';

// It waits for `Retry-After`, which is right: what is answered here says the time that is left.
export const client = ky.create({ fetch: api });
