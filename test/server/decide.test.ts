import {
  createRules,
  decide,
  readStates,
  takeSnapshot,
  type RequestFacts,
  type RuleOptions,
} from 'react-maintenance-mode/server';
import { describe, expect, it } from 'vitest';

import { features, noon, routes } from './shop.js';

const rules = createRules({
  features,
  routes,
  allowPaths: ['/sign-in', '/assets/*'],
  reads: ['POST /comments/find', '/comments/feed'],
});

function ask(flags: Record<string, unknown>, request: Partial<RequestFacts> & { path: string }): string {
  const states = readStates(features, takeSnapshot({ features, flags, now: noon }));
  const decision = decide({ method: 'GET', ...request }, states, rules);
  return decision.answer === 'pass'
    ? `pass: ${decision.why}`
    : `${decision.answer}: ${decision.state.feature} because of ${decision.state.cause}`;
}

const down = (...names: string[]) => Object.fromEntries(names.map((name) => [`${name}-maintenance`, 'down']));
const readOnly = { 'comments-maintenance': 'read-only' };

describe('decide', () => {
  it.each<[string, Record<string, unknown>, Partial<RequestFacts> & { path: string }, string]>([
    ['nothing is in maintenance', {}, { path: '/search' }, 'pass: open'],
    ['the flag is off for this user', { 'search-maintenance': false }, { path: '/search' }, 'pass: open'],
    ['its feature is down', down('search'), { path: '/search' }, 'refuse: search because of search'],
    ['another feature is down', down('search'), { path: '/comments/7' }, 'pass: open'],
    ['its path is of no feature', down('search', 'checkout'), { path: '/about' }, 'pass: open'],
    ['the site is down', down('site'), { path: '/about' }, 'refuse: site because of site'],
    ['site and path are of a feature', down('site'), { path: '/search' }, 'refuse: search because of site'],
    [
      'a feature that it depends on is down',
      down('payments'),
      { path: '/checkout' },
      'refuse: checkout because of payments',
    ],
    ['what depends on it is down', down('checkout'), { path: '/api/payments' }, 'pass: open'],
    [
      'one of its two features is down',
      down('search'),
      { path: '/shop/a' },
      'refuse: search because of search',
    ],
    [
      'its feature is degraded',
      { 'search-maintenance': 'degraded' },
      { path: '/search', method: 'POST' },
      'pass: open',
    ],
    [
      'its feature is scheduled',
      { 'search-maintenance': { startsAt: noon + 1 } },
      { path: '/search' },
      'pass: open',
    ],
    [
      'its window just began',
      { 'search-maintenance': { startsAt: noon } },
      { path: '/search' },
      'refuse: search because of search',
    ],
    [
      'its promised end has passed',
      { 'search-maintenance': { endsAt: noon - 1 } },
      { path: '/search' },
      'refuse: search because of search',
    ],
    [
      'its window ended automatically',
      { 'search-maintenance': { endsAt: noon, endsAutomatically: true } },
      { path: '/search' },
      'pass: open',
    ],
    [
      'its window ended automatically and tabs reopen in turn',
      { 'search-maintenance': { endsAt: noon, endsAutomatically: true, reopenOverSeconds: 60 } },
      { path: '/search' },
      'pass: open',
    ],
    ['a read-only feature is read', readOnly, { path: '/comments/7' }, 'pass: open'],
    ['a read-only feature is looked at', readOnly, { path: '/comments/7', method: 'HEAD' }, 'pass: open'],
    [
      'a read-only feature gets an OPTIONS request',
      readOnly,
      { path: '/comments/7', method: 'OPTIONS' },
      'pass: open',
    ],
    [
      'a read-only feature gets a write',
      readOnly,
      { path: '/comments/7', method: 'POST' },
      'refuse: comments because of comments',
    ],
    [
      'a read-only feature gets a DELETE',
      readOnly,
      { path: '/comments/7', method: 'DELETE' },
      'refuse: comments because of comments',
    ],
    [
      'an unknown method could write',
      readOnly,
      { path: '/comments/7', method: 'FROB' },
      'refuse: comments because of comments',
    ],
    ['a named POST only reads', readOnly, { path: '/comments/find', method: 'POST' }, 'pass: open'],
    [
      'the exception names another method',
      readOnly,
      { path: '/comments/find', method: 'PUT' },
      'refuse: comments because of comments',
    ],
    ['the exception is for every method', readOnly, { path: '/comments/feed', method: 'PUT' }, 'pass: open'],
    [
      'a POST that only reads, to a feature that is down',
      down('comments'),
      { path: '/comments/find', method: 'POST' },
      'refuse: comments because of comments',
    ],
    [
      'a WebSocket could write',
      readOnly,
      { path: '/comments/live', upgrade: true },
      'refuse: comments because of comments',
    ],
    ['a named WebSocket only reads', readOnly, { path: '/comments/feed', upgrade: true }, 'pass: open'],
    [
      'a WebSocket to a feature that is down',
      down('search'),
      { path: '/api/search/live', upgrade: true },
      'refuse: search because of search',
    ],
    [
      'a preflight for a write',
      readOnly,
      { path: '/comments/7', method: 'OPTIONS', requestedMethod: 'POST' },
      'preflight: comments because of comments',
    ],
    [
      'a preflight for a read',
      readOnly,
      { path: '/comments/7', method: 'OPTIONS', requestedMethod: 'GET' },
      'pass: open',
    ],
    [
      'a preflight for a feature that is down',
      down('search'),
      { path: '/search', method: 'OPTIONS', requestedMethod: 'GET' },
      'preflight: search because of search',
    ],
    [
      'OPTIONS for a feature that is down',
      down('search'),
      { path: '/search', method: 'OPTIONS' },
      'refuse: search because of search',
    ],
    [
      'a requested method without OPTIONS',
      readOnly,
      { path: '/comments/7', method: 'POST', requestedMethod: 'GET' },
      'refuse: comments because of comments',
    ],
    ['an allowed path', down('site'), { path: '/sign-in', method: 'POST' }, 'pass: allowed-path'],
    ['a path below an allowed one', down('site'), { path: '/assets/fonts/a.woff2' }, 'pass: allowed-path'],
    ['a health check', down('site'), { path: '/healthz' }, 'pass: allowed-path'],
    ['robots.txt', down('site'), { path: '/robots.txt' }, 'pass: allowed-path'],
    [
      'a path that only looks allowed',
      down('site'),
      { path: '/sign-in/../checkout' },
      'refuse: checkout because of site',
    ],
    [
      'a path that may lead out of an allowed one',
      down('site'),
      { path: '/assets/..%2fcheckout' },
      'refuse: checkout because of site',
    ],
    ['an allowed path in other letters', down('site'), { path: '/SIGN-IN' }, 'refuse: site because of site'],
    ['staff', down('site'), { path: '/search', staff: true }, 'pass: staff'],
    ['staff where nothing is closed', {}, { path: '/search', staff: true }, 'pass: staff'],
  ])('%s', (_, flags, request, expected) => {
    expect(ask(flags, request)).toBe(expected);
  });

  it.each([
    '/SEARCH',
    '/search/',
    '//search',
    '/%73earch',
    '/x/../search',
    '/x/%2e%2e/search',
    '/x%2f..%2fsearch',
    '\\search',
    '/search%2f',
  ])('refuses %s, which a router may read as a path of the feature', (path) => {
    expect(ask(down('search'), { path })).toBe('refuse: search because of search');
  });

  it('refuses a deeper path that a router may not decode', () => {
    expect(ask(down('search'), { path: '/api/search/..%2f' })).toBe('refuse: search because of search');
  });

  it('answers with the worst of several states', () => {
    expect(ask({ ...readOnly, ...down('search') }, { path: '/shop', method: 'POST' })).toBe(
      'refuse: search because of search',
    );
  });
});

describe('health checks', () => {
  it.each([
    ...['/health', '/health/', '/health/live', '/healthz', '/healthz/x', '/livez', '/livez/ping', '/readyz/'],
    ...['/startupz', '/up', '/up/', '/ping', '/live', '/ready', '/alive', '/healthcheck', '/health-check'],
    ...[
      '/_health',
      '/api/health',
      '/api/healthz/db',
      '/actuator/health/liveness',
      '/-/ready',
      '/healthz?verbose',
    ],
    '/grpc.health.v1.Health/Check',
  ])('pass by default while the site is down: %s', (path) => {
    expect(ask(down('site'), { path })).toBe('pass: allowed-path');
  });

  it.each(['/healthy', '/uploads', '/up/x', '/api/health2', '/HEALTH', '/health/../checkout', '/x/health'])(
    'do not include similar paths: %s',
    (path) => {
      expect(ask(down('site'), { path })).toMatch(/^refuse/);
    },
  );

  const askRules = (path: string, options: Partial<RuleOptions<keyof typeof features>>) => {
    const flags = down('site', 'search');
    const states = readStates(features, takeSnapshot({ features, flags, now: noon }));
    return decide({ method: 'GET', path }, states, createRules({ features, ...options })).answer;
  };

  it('do not open a feature at such a path', () => {
    const routes = { '/health/records/*': 'search' } as const;

    expect(askRules('/health/records/7', { routes })).toBe('refuse');
    expect(askRules('/health/live', { routes })).toBe('pass');
  });

  it('do not open a feature that each tenant has', () => {
    const routes = { '/:tenant/search/*': 'search' } as const;

    expect(askRules('/health/search', { routes })).toBe('refuse');
    expect(askRules('/health/live', { routes })).toBe('pass');
    expect(askRules('/health/live', { routes: { '/:language/:page': 'search' } })).toBe('pass');
  });

  it('pass if a route covers every path', () => {
    expect(askRules('/api/health', { routes: { '/*': 'search', '/api/*': 'search' } })).toBe('pass');
  });

  it('can be replaced or removed', () => {
    expect(askRules('/up', { defaultPaths: ['/status'] })).toBe('refuse');
    expect(askRules('/status', { defaultPaths: ['/status'] })).toBe('pass');
    expect(askRules('/robots.txt', { defaultPaths: [] })).toBe('refuse');
  });
});

describe('a list of requests in one batch', () => {
  const rules = createRules({
    features,
    routes: { '/trpc/search.*': 'search', '/trpc/comments.*': 'comments' },
    allowPaths: ['/trpc/auth.*'],
    reads: ['POST /trpc/comments.list', 'POST /trpc/*'],
  });
  const states = readStates(features, takeSnapshot({ features, flags: down('search'), now: noon }));

  it.each([
    ['/trpc/search.q', 'refuse'],
    ['/trpc/comments.list,search.q', 'refuse'],
    ['/trpc/search.q,comments.list?batch=1', 'refuse'],
    ['/trpc/comments.list%2Csearch.q', 'refuse'],
    ['/trpc/comments.list%2csearch%2Eq', 'refuse'],
    ['/trpc/auth.me,search.q', 'refuse'],
    ['/trpc/comments.list,comments.count', 'pass'],
    ['/trpc/auth.me,auth.roles', 'pass'],
  ])('%s: %s', (path, answer) => {
    expect(decide({ method: 'GET', path }, states, rules).answer).toBe(answer);
  });
});

describe('a target with too many readings', () => {
  const path = `/x/${Array.from({ length: 1100 }, (_, index) => index).join(',')}`;

  it('belongs to every route, passes if all are open, and is never an allowed path', () => {
    const rules = createRules({ features, routes, allowPaths: ['/x*'] });
    const answer = (flags: Record<string, unknown>) =>
      decide({ method: 'GET', path }, readStates(features, takeSnapshot({ features, flags })), rules).answer;

    expect(answer(down('search'))).toBe('refuse');
    expect(answer({})).toBe('pass');
    expect(answer(down('site'))).toBe('refuse');
  });
});

describe('createRules', () => {
  it('names the defined features if a route names an unknown one', () => {
    // A typo that the types would catch.
    const bad = { '/x': 'serach' } as unknown as typeof routes;

    expect(() => createRules({ features, routes: bad })).toThrow(/"serach".*site, search, comments/);
  });

  it('throws for a pattern without a slash, and shows the correct form', () => {
    expect(() => createRules({ features, allowPaths: ['assets/*'] })).toThrow(/"\/assets\/\*"/);
  });

  it.each([
    ['/admin/**', '**'],
    ['/**/edit', '**'],
    ['/docs/:path*', ':path*'],
    ['/docs/:path+', ':path+'],
    ['/users/:id?', '?'],
    ['/search?q=*', '?'],
    ['/search#top', '#'],
    ['/docs{/*rest}', '{'],
    ['/users/{id}', '{'],
    ['/users/:id(\\d+)', '('],
    ['/docs/(.*)', '('],
    ['/(de|fr)/search', '('],
    ['/users/[id]', '[id]'],
    ['/docs/[...slug]', '[...slug]'],
    ['/users/<int:id>', '<int:id>'],
    ['/users/\\d+', '\\'],
  ])('throws for %s, which other routers understand, since it would never match', (pattern, found) => {
    const expected = expect.objectContaining({
      code: 'invalid-option',
      message: expect.stringContaining(`${pattern}" contains "${found}"`),
    });
    for (const rules of [
      { routes: { [pattern]: 'search' as const } },
      { allowPaths: [pattern] },
      { reads: [`POST ${pattern}`] },
    ]) {
      expect(() => createRules({ features, ...rules })).toThrow(expected);
    }
  });

  it.each(['/odata/$batch', "/odata/People('x')", '/odata/Orders(*)', '/v1/things:list', '/~:name', '/a+b'])(
    'accepts %s',
    (pattern) => {
      expect(() => createRules({ features, routes: { [pattern]: 'search' } })).not.toThrow();
    },
  );
});

describe('a request that overrides its method', () => {
  const post = { method: 'POST', path: '/comments/find' };

  it.each<[string, Partial<RequestFacts> & { path: string }, string]>([
    ['nothing', post, 'pass: open'],
    ['a method that writes', { ...post, overrides: ['DELETE'] }, 'refuse: comments because of comments'],
    ['a method that reads', { ...post, overrides: ['GET'] }, 'pass: open'],
    [
      'two methods, one of which writes',
      { ...post, overrides: ['GET', 'PUT'] },
      'refuse: comments because of comments',
    ],
    [
      'a method that writes, although a function returned that the request only reads',
      { ...post, reads: true, overrides: ['PATCH'] },
      'refuse: comments because of comments',
    ],
    [
      'a method that writes, in place of GET',
      { path: '/comments/7', overrides: ['DELETE'] },
      'refuse: comments because of comments',
    ],
    [
      'a method that reads, in place of one that writes',
      { method: 'DELETE', path: '/comments/7', overrides: ['GET'] },
      'refuse: comments because of comments',
    ],
  ])('by asking for %s', (_, request, answer) => {
    expect(ask(readOnly, request)).toBe(answer);
  });
});

// Each took hours before: a time that grows with a power of the number of characters.
describe('a target that is designed to be slow', () => {
  const many = 1_000_000;

  it.each([
    ['blanks', `/${'\u00a0'.repeat(many)}x`],
    ['escaped blanks', `/${'%20'.repeat(many)}x`],
    ['commas behind a long segment', `/${'a'.repeat(many)}/${','.repeat(many)}`],
    ['stars of a pattern', `/files/${'a'.repeat(many)}`],
    ['the same with other letters between', `/files/${'ab'.repeat(many)}c`],
  ])('as by %s is decided about', (_, target) => {
    const { featuresOf } = createRules({ features, routes: { '/files/*a*a*a*b-*a*a*x': 'search' } });

    expect(featuresOf(target)).toContain('site');
  });
});

it('reads stars in a pattern as any characters of a segment', () => {
  const { featuresOf } = createRules({ features, routes: { '/files/a*b**c*.p+f': 'search' } });
  const fits = ['abc.p+f', 'axbxcx.p+f', 'abbccc.p+f.p+f', 'ab%62c.p+f'];
  const fitsNot = ['acb.p+f', 'abc.pf', 'xabc.p+f', 'ab/c.p+f', 'abc.p+fx'];

  const owners = (name: string) => featuresOf(`/files/${name}`);
  expect(fits.map((name) => owners(name).length)).toEqual(fits.map(() => 2));
  expect(fitsNot.map((name) => owners(name).length)).toEqual(fitsNot.map(() => 1));
});

it('reads a name in a part of a segment as any characters of it, at least one', () => {
  const rules = createRules({
    features,
    routes: { '/@:user': 'search', '/flights/:from-:to': 'search', '/v1/things:list': 'search' },
    allowPaths: ['/img/:name.png', '/~:user/avatar'],
  });
  const isSearch = (path: string) => rules.featuresOf(path).includes('search');

  expect(['/@bob', '/flights/ham-lis', '/V1/things:list'].filter(isSearch)).toHaveLength(3);
  expect(['/@', '/bob', '/flights/ham', '/flights/-', '/v1/thingsx'].filter(isSearch)).toEqual([]);
  expect(['/img/logo.png', '/~bob/avatar'].filter(rules.isAllowed)).toHaveLength(2);
  expect(['/img/logo.jpg', '/img/secret', '/img/.png', '/~/avatar'].filter(rules.isAllowed)).toEqual([]);
});
