import { Client, fetchExchange } from '@urql/core';
import { api } from './api';

export const client = new Client({
  url: 'https://api.example/search/graphql',
  fetch: api,
  preferGetMethod: false,
  exchanges: [fetchExchange],
});
