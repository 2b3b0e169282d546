import { createTRPCClient, httpLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { api } from './api';

const t = initTRPC.create();
export const router = t.router({ words: t.procedure.query(() => ['shoe']) });

// Map each procedure's path: '/search/trpc/*': 'search'. With `httpBatchLink` one request may be of several features.
export const client = createTRPCClient<typeof router>({
  links: [
    httpLink({
      url: 'https://api.example/search/trpc',
      fetch: (url, init) => api(String(url), init as RequestInit),
    }),
  ],
});
