import { configureStore } from '@reduxjs/toolkit';
import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query/react';
import { api } from './api';

// A component skips what is closed: useWordsQuery('shoe', { skip: !useMaintenance('search').canRead })
export const searchApi = createApi({
  baseQuery: fetchBaseQuery({ baseUrl: 'https://api.example/search/', fetchFn: api }),
  endpoints: (build) => ({ words: build.query<unknown, string>({ query: (word) => `words?q=${word}` }) }),
});

export const reduxStore = configureStore({
  reducer: { [searchApi.reducerPath]: searchApi.reducer },
  middleware: (defaults) => defaults().concat(searchApi.middleware),
});
