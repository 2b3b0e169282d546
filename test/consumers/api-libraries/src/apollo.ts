import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { api } from './api';

// One address for all features: name it under `routes` and `reads`, or give each feature a client of its own.
export const client = new ApolloClient({
  link: new HttpLink({ uri: 'https://api.example/search/graphql', fetch: api }),
  cache: new InMemoryCache(),
});
