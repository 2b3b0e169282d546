import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { exitCodes } from '../../src/cli/exitCodes.js';
import { runGuard, type GuardOutcome, type GuardPlan } from '../../src/cli/runGuard.js';
import { createLaunchDarklySwitch } from '../../src/cli/switches/createLaunchDarklySwitch.js';
import { shopFlags } from '../flag-server/flagData.js';
import { startFlagServer, type TestFlagServer } from '../flag-server/startFlagServer.js';
import { fakeCollaborators, plan } from './fakeGuard.js';
import { startFaultProxy, type Fault, type FaultProxy, type GuardCall } from './startFaultProxy.js';

const locking: Fault = {
  status: 409,
  body: { code: 'optimistic_locking_error', message: 'Try again later.' },
};
const passing: Record<string, Fault> = {
  409: locking,
  '429 with Retry-After in seconds': { status: 429, headers: { 'Retry-After': '2' } },
  '429 with Retry-After as a date': { status: 429, headers: { 'Retry-After': new Date(3000).toUTCString() } },
  '429 with X-Ratelimit-Reset': { status: 429, headers: { 'X-Ratelimit-Reset': '4000' } },
  '429 with a reset that has passed': { status: 429, headers: { 'X-Ratelimit-Reset': '-5' } },
  '429 with no header': { status: 429 },
  500: { status: 500 },
  503: { status: 503 },
  'no answer': 'hang',
  'a reset': 'reset',
  'an answer that breaks off': 'cut',
};
const lasting: Record<string, readonly [Fault, RegExp]> = {
  400: [
    { status: 400, body: { message: 'A scheduled change conflicts' } },
    /\(400: A scheduled change conflicts\)/,
  ],
  401: [{ status: 401 }, /access token is not valid.*\(401: spoiled\)/],
  403: [{ status: 403 }, /may not do this.*role.*\(403/],
  404: [{ status: 404 }, /no such flag, project or environment/],
  405: [{ status: 405 }, /need an approval/],
  422: [{ status: 422 }, /could not apply the change/],
  409: [locking, /conflicts with another one \(409: Try again later\.\)/],
  429: [{ status: 429, headers: { 'Retry-After': '1' } }, /limits the rate/],
  '429 for an hour': [{ status: 429, headers: { 'Retry-After': '3600' } }, /limits the rate/],
  500: [{ status: 500 }, /service failed \(500/],
  'an answer of another form': [{ status: 200, body: [] }, /no environment|did not evaluate/],
  'no answer': ['hang', /no answer within 0\.1 s/],
  'a reset': ['reset', /did not answer/],
};
const steps: readonly (readonly [GuardCall, number])[] = [
  ['read', exitCodes.notTurnedOn],
  ['on', exitCodes.notTurnedOn],
  ['evaluate', exitCodes.notProven],
  ['off', exitCodes.notTurnedOff],
];

let server: TestFlagServer;
let proxy: FaultProxy;

beforeEach(async () => {
  server = await startFlagServer(shopFlags());
  // Somebody else's, of whom a guard for Bob must keep its hands.
  await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['carol'] }]);
  proxy = await startFaultProxy(server.url);
});

afterEach(async () => {
  await proxy.stop();
  await server.remove();
});

async function heldBy(): Promise<readonly string[]> {
  const { environments } = await server.read('search');
  return environments['local']?.targets.flatMap(({ values }) => values) ?? [];
}

interface Run {
  readonly outcome: GuardOutcome;
  /** How often the command was run. */
  readonly runs: number;
  readonly held: readonly string[];
  readonly last: string;
  readonly waits: readonly number[];
}

async function guardBob(code = 0, change: Partial<GuardPlan> = {}): Promise<Run> {
  const waits: number[] = [];
  let time = 0;
  const sleep = async (ms: number): Promise<void> => {
    waits.push(ms);
    time += ms;
  };
  const flagSwitch = createLaunchDarklySwitch({
    baseUri: proxy.url,
    token: 'secret-token',
    project: 'default',
    environment: 'local',
    flag: 'search',
    timeoutMs: 100,
    timeoutSignal: proxy.giveUp,
    sleep,
    now: () => time,
    random: () => 0.5,
  });
  const { collaborators, runChild, said } = fakeCollaborators(flagSwitch);
  let evaluated = 0;
  runChild.mockImplementation(async () => {
    expect(await heldBy()).toContain('bob');
    evaluated = proxy.calls.filter((call) => call === 'evaluate').length;
    expect(evaluated).toBeGreaterThan(0);
    return { code };
  });
  const outcome = await runGuard({ ...plan, ...change }, { ...collaborators, sleep, now: () => time });
  expect(said.join()).not.toContain('secret-token');
  return { outcome, runs: runChild.mock.calls.length, held: await heldBy(), last: said.at(-1) ?? '', waits };
}

describe.each(steps)('a fault at the call "%s"', (call, failure) => {
  it.each(Object.entries(passing))('that passes after one try, %s, does no harm', async (_name, fault) => {
    proxy.spoil(call, fault, 1);

    const { outcome, runs, held } = await guardBob();

    // Somebody else may have done what cannot be told from a conflict without an earlier try; a read knows no conflict.
    if (fault === locking && (call === 'read' || call === 'evaluate')) {
      expect(outcome.code).toBe(call === 'read' ? failure : 0);
    } else {
      expect(outcome).toEqual({ code: 0, result: 'done' });
      expect(runs).toBe(1);
      expect(held).toEqual(['carol']);
    }
  });

  it.each(Object.entries(lasting))(
    'that lasts, %s, ends the guard safely',
    async (_name, [fault, message]) => {
      proxy.spoil(call, fault);

      const { outcome, runs, held, last } = await guardBob();

      expect(outcome.code).toBe(failure);
      expect(last).toMatch(message);
      expect(held).toContain('carol');
      expect(runs).toBe(call === 'off' ? 1 : 0);
      const isOn = held.includes('bob');
      expect(isOn).toBe(call === 'evaluate' || call === 'off');
      if (isOn) expect(last).toMatch(/still on for "bob"\. To end it: maintenance-mode off/);
      if (isOn) expect(outcome.result).toBe('held');
      if (call !== 'off') expect(proxy.calls).not.toContain('off');
    },
  );
});

describe('answers that are always cut off', () => {
  it('when turning on: the guard reads the flag, finds the change, and continues', async () => {
    proxy.spoil('on', 'cut');

    expect(await guardBob()).toMatchObject({ outcome: { code: 0 }, runs: 1, held: ['carol'] });
  });

  it('when turning off: the guard reads the flag and finds the change', async () => {
    proxy.spoil('off', 'cut');

    expect(await guardBob()).toMatchObject({ outcome: { code: 0 }, runs: 1, held: ['carol'] });
  });

  it.each(Object.entries(lasting))(
    'when turning on, and reading fails with %s: the command does not run, maintenance is not turned off, and the guard says so',
    async (_name, [fault]) => {
      proxy.spoil('on', 'cut');
      proxy.spoil('read', fault, Infinity, 1);

      const { outcome, runs, held, last } = await guardBob();

      expect(outcome).toMatchObject({ code: 120, result: 'held' });
      expect(runs).toBe(0);
      expect(held.toSorted()).toEqual(['bob', 'carol']);
      expect(last).toMatch(/may come on anyway\. To make sure that it is off: maintenance-mode off/);
      expect(proxy.calls).not.toContain('off');
    },
  );

  it('when turning off, and reading fails: the user counts as held', async () => {
    proxy.spoil('off', 'cut');
    proxy.spoil('read', { status: 500 }, Infinity, 1);

    expect(await guardBob()).toMatchObject({ outcome: { code: 122, result: 'held' }, runs: 1 });
  });
});

describe('a command that failed', () => {
  it.each(Object.entries(passing))('keeps maintenance on after an earlier fault: %s', async (_n, fault) => {
    for (const call of ['on', 'evaluate'] as const) if (fault !== locking) proxy.spoil(call, fault, 1);

    const { outcome, held, last } = await guardBob(3);

    expect(outcome).toEqual({ code: 3, result: 'held' });
    expect(held.toSorted()).toEqual(['bob', 'carol']);
    expect(proxy.calls).not.toContain('off');
    expect(last).toMatch(/still on for "bob"/);
  });
});

describe('an answer 409', () => {
  it('makes the guard read the flag and retry a few times', async () => {
    proxy.spoil('on', locking);

    await guardBob();

    expect(proxy.calls.filter((call) => call === 'on')).toHaveLength(6);
  });

  it('is a success if an earlier try succeeded without an answer', async () => {
    proxy.spoil('on', 'cut', 1);
    proxy.spoil('on', locking, 1);

    expect((await guardBob()).outcome).toEqual({ code: 0, result: 'done' });
  });

  it('is not retried for a user who is targeted to another variation', async () => {
    proxy.spoil('on', { status: 409, body: { code: 'conflict', message: 'bob is targeted elsewhere' } });
    const removed = server.patch('search', [{ kind: 'addTargets', variation: 1, values: ['bob'] }]);
    await removed;

    const { outcome, last } = await guardBob();

    expect(outcome.code).toBe(120);
    expect(last).toMatch(/exempt/);
    expect(proxy.calls).toEqual(['read']);
  });
});

it.each([
  [
    { message: 'self-signed certificate in certificate chain', code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    /self-signed certificate in certificate chain\. Name .* with NODE_EXTRA_CA_CERTS=FILE/,
  ],
  [{ message: 'unexpected redirect' }, /redirects to another address\. Check --base-uri/],
])('says what to do when the connection fails: %j', async ({ message, ...fields }, advice) => {
  const cause = Object.assign(new Error(message), fields);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause })));
  const flagSwitch = createLaunchDarklySwitch({
    ...{ baseUri: proxy.url, token: 'x', project: 'default', environment: 'local', flag: 'search' },
    sleep: async () => undefined,
  });

  await expect(flagSwitch.read().finally(() => vi.unstubAllGlobals())).rejects.toThrow(advice);
});

it('knows a value again whose fields the service sends in another order', async () => {
  const { fetch } = globalThis;
  const value = { mode: 'down', title: 'A new index' };
  const json = await startFlagServer({
    flags: {
      search: {
        key: 'search',
        on: true,
        variations: [false, value],
        fallthrough: { variation: 0 },
        offVariation: 0,
      },
    },
  });
  vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
    const text = await (await fetch(...args)).text();
    return new Response(
      String(args[0]).includes('evaluate')
        ? text.replace('"mode":"down","title":"A new index"', '"title":"A new index","mode":"down"')
        : text,
    );
  });
  const flagSwitch = createLaunchDarklySwitch({
    ...{ baseUri: json.url, token: '', project: 'default', environment: 'local', flag: 'search' },
    variation: '{ "title": "A new index", "mode": "down" }',
  });

  await flagSwitch.change({ hold: ['bob'], comment: '' });
  const serves = [await flagSwitch.serves?.('bob'), await flagSwitch.serves?.('ann')];
  vi.unstubAllGlobals();
  await json.remove();

  expect(serves).toEqual([true, false]);
});

it('does not print an access token that the service repeats in its answer', async () => {
  const message = 'Token secret-token has no role for this flag';
  proxy.spoil('on', { status: 403, body: { message } });

  // guardBob fails for a message that contains the token.
  expect((await guardBob()).last).toMatch(/Token … has no role for this flag/);
});

it('stops waiting for an answer when it is interrupted, unless it is changing the flag', async () => {
  proxy.spoil('read', 'silence');
  const controller = new AbortController();
  const flagSwitch = createLaunchDarklySwitch({
    baseUri: proxy.url,
    token: 'secret-token',
    project: 'default',
    environment: 'local',
    flag: 'search',
    timeoutSignal: () => new AbortController().signal,
    interrupted: controller.signal,
  });
  const { collaborators, said } = fakeCollaborators(flagSwitch);
  const running = runGuard(plan, { ...collaborators, interrupted: controller.signal });
  await vi.waitFor(() => expect(proxy.calls).toEqual(['read']));

  controller.abort('SIGINT');

  expect((await running).code).toBe(130);
  expect(said.at(-1)).toBe('Stopped by SIGINT. Nothing was changed.');
});

describe('an answer 429', () => {
  it.each([
    ['seconds', { 'Retry-After': '7' }, 7500],
    ['a date', { 'Retry-After': new Date(9000).toUTCString() }, 9500],
    ['the epoch milliseconds of LaunchDarkly', { 'X-Ratelimit-Reset': '6000' }, 6500],
    ['both, of which Retry-After counts', { 'Retry-After': '3', 'X-Ratelimit-Reset': '60000' }, 3500],
    [
      'the clock of the service, which is an hour ahead',
      { 'X-Ratelimit-Reset': '3606000', Date: new Date(3_600_000).toUTCString() },
      6500,
    ],
    [
      'the clock of the service, which is an hour behind',
      { 'Retry-After': new Date(-3_591_000).toUTCString(), Date: new Date(-3_600_000).toUTCString() },
      9500,
    ],
    ['nothing', {}, 1000],
  ])('waits as asked for in %s, plus some jitter', async (_what, headers, wait) => {
    proxy.spoil('on', { status: 429, headers: headers as Record<string, string> }, 1);

    expect((await guardBob()).waits).toEqual([wait]);
  });

  it('does not make the guard wait longer than a minute', async () => {
    proxy.spoil('on', { status: 429, headers: { 'Retry-After': '61' } });

    const { outcome, waits } = await guardBob();

    expect(outcome.code).toBe(120);
    expect(waits).toEqual([]);
  });

  it('is tried at most four times', async () => {
    proxy.spoil('read', { status: 429, headers: { 'Retry-After': '1' } });

    await guardBob();

    expect(proxy.calls).toHaveLength(4);
  });
});
