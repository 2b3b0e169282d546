import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

import { createTRPCClient, httpBatchLink, httpBatchStreamLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import express from 'express';
import type * as GraphQL from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { JSONRPCServer } from 'json-rpc-2.0';
import type { MaintenanceHandlerOptions } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { afterEach, describe, expect, it } from 'vitest';

import { batchFeatures } from '../../stories/guides/samples/batchRules.js';
import { graphqlFeatures, graphqlReads } from '../../stories/guides/samples/graphqlRules.js';
import { jsonRpcFeatures, jsonRpcReads } from '../../stories/guides/samples/jsonRpcRules.js';
import { listen } from './listen.js';
import { features } from './shop.js';

// The one that graphql-http has: vite would take the other build of the package, and GraphQL wants to be there once.
const { buildSchema } = createRequire(import.meta.url)('graphql') as typeof GraphQL;

const closings: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closings.splice(0).map((close) => close())));

type Rules = Pick<MaintenanceHandlerOptions<keyof typeof features, IncomingMessage>, 'routes' | 'reads'>;

/** An app behind the middleware. Search is down, comments are read-only. */
async function start(rules: Rules, app: RequestListener): Promise<string> {
  const maintenance = maintenanceMiddleware({
    features,
    readFlags: async () => ({ 'search-maintenance': 'down', 'comments-maintenance': 'read-only' }),
    failure: 'open',
    ...rules,
  });
  const server = createServer((request, response) =>
    maintenance(request, response, () => app(request, response)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function post(url: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

describe('a batch of tRPC', () => {
  const ran: string[] = [];
  const t = initTRPC.create();
  const procedure = (name: string) =>
    t.procedure.query(() => {
      ran.push(name);
      return name;
    });
  const router = t.router({
    comments: t.router({ list: procedure('comments.list'), count: procedure('comments.count') }),
    search: t.router({ words: procedure('search.words') }),
  });
  const begin = () =>
    start({ routes: { '/trpc/search.*': 'search' } }, createHTTPHandler({ router, basePath: '/trpc/' }));

  it.each([
    ['httpBatchLink', httpBatchLink],
    ['httpBatchStreamLink', httpBatchStreamLink],
  ])('is refused if one of its procedures is closed: %s', async (_, link) => {
    ran.length = 0;
    const client = createTRPCClient<typeof router>({ links: [link({ url: `${await begin()}/trpc` })] });

    const closed = await Promise.allSettled([client.comments.list.query(), client.search.words.query()]);
    const open = await Promise.all([client.comments.list.query(), client.comments.count.query()]);

    expect(closed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(open).toEqual(['comments.list', 'comments.count']);
    expect(ran).toEqual(['comments.list', 'comments.count']);
  });

  it.each([
    '/trpc/comments.list,search.words',
    '/trpc/comments.list%2Csearch%2Ewords',
    '/trpc/,search.words',
  ])('is refused in every spelling: %s', async (path) => {
    ran.length = 0;

    const response = await fetch(`${await begin()}${path}?batch=1&input=%7B%7D`);

    expect(response.status).toBe(503);
    expect(ran).toEqual([]);
  });
});

describe('GraphQL', () => {
  const schema = buildSchema(`
    type Query { search: String, comments: String, about: String }
    type Mutation { addComment: String, order: String }
  `);
  const begin = () =>
    start(
      {
        routes: { '/graphql': graphqlFeatures },
        reads: { 'POST /graphql': graphqlReads },
      },
      createHandler({
        schema,
        rootValue: {
          search: 'found',
          comments: 'read',
          about: 'us',
          addComment: 'written',
          order: 'ordered',
        },
      }),
    );

  it.each([
    ['{ about }', 200],
    ['{ comments }', 200],
    ['mutation { order }', 200],
    ['mutation { addComment }', 503],
    ['{ search }', 503],
    ['{ alias: search }', 503],
    ['{ about ...f } fragment f on Query { search }', 503],
    ['{ about ... on Query { search } }', 503],
    ['# { about }\n{ search }', 503],
  ])('is refused by the fields of the document: %s is answered with %i', async (query, status) => {
    const url = `${await begin()}/graphql`;

    const { status: byPost } = await post(url, { query });
    const byGet = await fetch(`${url}?query=${encodeURIComponent(query)}`);

    expect(byPost).toBe(status);
    // GraphQL over HTTP runs no mutation by GET.
    expect(byGet.status).toBe(/^mutation/.test(query) && status === 200 ? 405 : byGet.status);
    expect(byGet.status === 200).toBe(status === 200 && !/^mutation/.test(query));
  });

  it('passes the whole body of an open request to the app', async () => {
    const { json } = await post(`${await begin()}/graphql`, { query: '{ about comments }' });

    expect(json).toEqual({ data: { about: 'us', comments: 'read' } });
  });
});

describe('GraphQL in an app that also reads the query from the address', () => {
  it('is refused by the body and by the address', async () => {
    const url = await start(
      { routes: { '/graphql': graphqlFeatures }, reads: { 'POST /graphql': graphqlReads } },
      (_request, response) => response.end('{}'),
    );

    expect((await post(`${url}/graphql?query={search}`, { query: '{ about }' })).status).toBe(503);
    expect((await post(`${url}/graphql?query={about}`, { query: '{ search }' })).status).toBe(503);
    expect((await post(`${url}/graphql?query={about}`, { query: '{ about }' })).status).toBe(200);
  });
});

/** The same bytes are one thing in JSON as UTF-8, and another to the parser that the app uses. */
describe('a body that the app parses differently', () => {
  const begin = () => {
    const app = express();
    app.use(
      maintenanceMiddleware({
        features,
        readFlags: () => ({ 'search-maintenance': 'down' }),
        failure: 'open',
        routes: { '/rpc': jsonRpcFeatures },
      }),
    );
    // Some parsers look for a word anywhere in the type.
    const isForm = ({ headers }: IncomingMessage) => /urlencoded/i.test(headers['content-type'] ?? '');
    app.use(express.urlencoded({ type: isForm }), express.json());
    app.post('/rpc', (request, response) => {
      // What Express parsed has no type.
      const { method = '' } = request.body as { method?: string };
      response.send(method);
    });
    return listen(createServer(app));
  };

  const refused = (type: string, body: string): [string, string, number] => [type, body, 503];

  it.each<[string, string, string | number]>([
    ['application/json', '{"method":"comments.list"}', 'comments.list'],
    ['application/json; charset=utf-8', '{"method":"comments.list"}', 'comments.list'],
    ['application/json; charset="UTF-8"', '{"method":"comments.list"}', 'comments.list'],
    ['application/json', '{"method":"search.find"}', 503],
    ...[
      'application/json; charset=utf-7',
      'application/json; charset=utf-8; charset=utf-7',
      'application/json; xcharset=utf-8; charset=utf-7',
      'application/json; x="; charset=utf-8"; charset="utf\\-7"',
    ].map((type) => refused(type, '{"method":"comments.list","x":"+ACIALAAi-method+ACIAOgAi-search.find"}')),
    ...[
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded+json',
      'application/json; x=urlencoded',
    ].map((type) => refused(type, '{"method":"comments.list","x":"&method=search.find&"}')),
    ['application/x-www-form-urlencoded', 'method=comments.list', 503],
  ])('is refused: %s, %s is answered with %s', async (type, body, expected) => {
    const response = await fetch(new URL('/rpc', await begin()), {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    const text = await response.text();

    expect(response.status === 503 ? 503 : text).toBe(expected);
  });
});

describe('JSON-RPC', () => {
  const begin = () => {
    const server = new JSONRPCServer();
    for (const name of ['search.find', 'comments.list', 'comments.add', 'orders.add'])
      server.addMethod(name, () => name);
    return start(
      { routes: { '/rpc': jsonRpcFeatures }, reads: { 'POST /rpc': jsonRpcReads } },
      async (request, response) => {
        let text = '';
        for await (const chunk of request) text += String(chunk);
        response.end(JSON.stringify(await server.receive(JSON.parse(text))));
      },
    );
  };
  const call = (method: string, id = 1) => ({ jsonrpc: '2.0', method, id });

  it.each([
    [call('comments.list'), 200],
    [call('orders.add'), 200],
    [call('comments.add'), 503],
    [call('search.find'), 503],
    [[call('orders.add'), call('comments.list', 2)], 503],
    [[call('comments.list'), call('search.find', 2)], 503],
  ])('is refused by the names of the methods: %j is answered with %i', async (body, status) => {
    expect((await post(`${await begin()}/rpc`, body)).status).toBe(status);
  });
});

describe('$batch of OData', () => {
  const routes = { '/odata/Search*': 'search' } as const;
  const begin = () =>
    start({ routes: { ...routes, '/odata/$batch': batchFeatures(features, routes) } }, (request, response) =>
      request.pipe(response),
    );
  const multipart = (path: string) =>
    `--b\r\nContent-Type: application/http\r\n\r\nGET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n--b--\r\n`;

  it.each([
    [JSON.stringify({ requests: [{ id: '1', method: 'GET', url: 'Orders' }] }), 200],
    [JSON.stringify({ requests: [{ id: '1', method: 'GET', url: 'Searches(1)' }] }), 503],
    [JSON.stringify({ requests: [{ url: 'Orders' }, { url: '/odata/Searches' }] }), 503],
    [multipart('Orders'), 200],
    [multipart('Searches?$top=1'), 503],
    [multipart('/odata/%53earches'), 503],
    [multipart('http://shop/odata/Searches'), 503],
    [multipart('Searches').replace('GET', ' get').replace('HTTP/1.1', 'HTTP/1.0'), 503],
  ])('is refused by the addresses in it: %j is answered with %i', async (body, status) => {
    const response = await fetch(`${await begin()}/odata/$batch`, { method: 'POST', body });

    expect(response.status).toBe(status);
    expect(status === 503 || (await response.text()) === body).toBe(true);
  });
});
