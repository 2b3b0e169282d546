import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { flagSwitchContract } from '../../src/testing/flagSwitchContract.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadSwitch } from '../../src/cli/switches/loadSwitch.js';
import type { FlagSwitch } from '../../src/switch/FlagSwitch.js';
import { buildCommand, type BuiltCommand } from '../cli/buildCommand.js';
import { startWorkplace, type Workplace } from '../cli/startWorkplace.js';
import { startUnleash, type TestUnleash } from './startUnleash.js';

const file = resolve(import.meta.dirname, '../../examples/unleash/switch.js');
let unleash: TestUnleash;
let flags = 0;

beforeAll(async () => {
  unleash = await startUnleash();
});
afterAll(() => unleash.remove());

/** A flag of its own for each test. */
async function createFlag(purpose: 'users' | 'everyone'): Promise<string> {
  const key = `${purpose}-maintenance-${(flags += 1)}`;
  await unleash.createFlag(key, purpose);
  return key;
}

function openSwitch(flag: string, url = unleash.url, token = unleash.token): Promise<FlagSwitch> {
  return loadSwitch(file, {
    flag,
    options: { url },
    env: { UNLEASH_TOKEN: token },
    signal: new AbortController().signal,
  });
}

describe('the switch of examples/unleash against a real Unleash', () => {
  const checks = flagSwitchContract(async (purpose) => ({
    flagSwitch: await openSwitch(await createFlag(purpose)),
  }));

  it.each(checks)('$title', ({ check }) => check());

  it.each([
    ['everyone by a flag for single users', 'users', { everyone: true }, /is for single users/],
    ['a user by a flag for everyone', 'everyone', { hold: ['bob'] }, /is not prepared for single users/],
    ['a key that Unleash takes for several', 'users', { hold: ['a,b'] }, /keys with commas/],
  ] as const)('refuses %s', async (_what, purpose, change, message) => {
    const { refusal } = await (await openSwitch(await createFlag(purpose))).read();

    expect(refusal?.(change)).toMatch(message);
  });

  it.each([
    ['a wrong token', 'wrong', undefined, 'unauthorized'],
    ['an unknown flag', undefined, 'unknown', 'not-found'],
  ])('names %s', async (_what, token, flag, failure) => {
    const flagSwitch = await openSwitch(flag ?? (await createFlag('users')), unleash.url, token);

    await expect(flagSwitch.read()).rejects.toMatchObject({ failure });
  });
});

describe('guard with it', () => {
  let built: BuiltCommand;
  let place: Workplace;

  beforeAll(async () => {
    built = await buildCommand();
    place = await startWorkplace(built.main);
  });
  afterAll(async () => {
    await place.remove();
    await built.remove();
  });

  /** Guards bob through a proxy that spoils one call. The job says whether Unleash serves maintenance to him. */
  async function guard(flag: string, spoilt: number, fault: Fault) {
    const proxy = await startProxy(unleash.url, spoilt, fault);
    const flagSwitch = await openSwitch(flag);
    const seen: boolean[] = [];
    const observer = createServer((_incoming, response) => {
      void flagSwitch.serves?.('bob').then((serves) => {
        seen.push(serves);
        response.end();
      });
    });
    await once(observer.listen(0, '127.0.0.1'), 'listening');
    // A server that listens on a port has an address of this kind.
    const { port } = observer.address() as AddressInfo;
    const script = `fetch('http://127.0.0.1:${port}').then((answer) => answer.text())`;
    const { code, stderr } = await place.run(
      [
        ...['guard', '-f', flag, '-u', 'bob', '--settle', '0', '--proof', '5', '--switch', file],
        ...['--switch-option', `url=${proxy.url}`, process.execPath, '-e', script],
      ],
      { env: { UNLEASH_TOKEN: unleash.token } },
    );
    observer.close();
    await proxy.stop();
    const { users } = await flagSwitch.read();
    return { code, stderr, seen, isHeld: users.has('bob'), calls: proxy.calls() };
  }

  it('turns maintenance on for one user, proves it, and turns it off', async () => {
    const { code, seen, isHeld } = await guard(await createFlag('users'), -1, 'none');

    expect([code, seen, isHeld]).toEqual([0, [true], false]);
  });

  it.each(['500', '401', 'reset', 'cut'] as const)(
    'keeps its promises when any one call ends in %s',
    async (fault) => {
      const { calls } = await guard(await createFlag('users'), -1, 'none');
      for (let spoilt = 0; spoilt < calls; spoilt += 1) {
        const { code, stderr, seen, isHeld } = await guard(await createFlag('users'), spoilt, fault);
        const about = `${fault} at call ${spoilt}: ${code} ${stderr}`;

        // The job runs in maintenance or not at all, and once at most.
        expect([about, seen]).toEqual([about, seen.length ? [true] : []]);
        // Success means that it has run, and that maintenance is over; whoever is left in maintenance is told of.
        if (code === 0) expect([about, seen.length, isHeld]).toEqual([about, 1, false]);
        else expect(stderr).toMatch(/Nothing was changed|not run|still on|To be sure/);
        if (isHeld)
          expect(stderr).toMatch(/To end it: maintenance-mode off|To be sure: maintenance-mode off/);
      }
    },
  );
});

type Fault = 'none' | '500' | '401' | 'reset' | 'cut';

/** A proxy that spoils the call of one number. `cut`: it is made, but its answer breaks off. */
async function startProxy(target: string, spoilt: number, fault: Fault) {
  let calls = 0;
  const server = createServer((incoming, response) => {
    void (async () => {
      const body = await buffer(incoming);
      const isSpoilt = calls === spoilt;
      calls += 1;
      if (isSpoilt && fault === 'reset') return void response.destroy();
      if (isSpoilt && fault !== 'cut')
        return void response.writeHead(Number(fault)).end('{"message":"spoiled"}');
      const { method, headers, url = '' } = incoming;
      const onward = request(new URL(url, target), { method, headers });
      onward.end(body);
      const [answer] = (await once(onward, 'response')) as [IncomingMessage];
      const content = await buffer(answer);
      const { 'transfer-encoding': _encoding, ...answered } = answer.headers;
      const length = content.length + (isSpoilt ? 1 : 0);
      response.writeHead(answer.statusCode ?? 500, { ...answered, 'content-length': length });
      if (isSpoilt) response.write(content, () => response.destroy());
      else response.end(content);
    })().catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
