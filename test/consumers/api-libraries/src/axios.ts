import axios from 'axios';
import { api } from './api';

// Its default is XMLHttpRequest, which nothing learns from.
export const client = axios.create({ adapter: 'fetch', env: { fetch: api } });
