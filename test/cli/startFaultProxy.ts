import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** The calls of a guard. */
export type GuardCall = 'read' | 'on' | 'evaluate' | 'off' | 'other';

/** What happens to a call instead of its answer. `hang`: no answer, and the call times out at once. `silence`: no answer, and no time-out. `cut`: the service does it, but the answer breaks off in its middle. */
export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: object }
  | 'hang'
  | 'silence'
  | 'reset'
  | 'cut';

/** An HTTP proxy that can spoil calls. */
export interface FaultProxy {
  readonly url: string;
  /** Every call that came, in order. */
  readonly calls: GuardCall[];
  /** Spoils calls of one kind: the next `times` of them, after `skip` others. */
  spoil: (call: GuardCall, fault: Fault, times?: number, skip?: number) => void;
  /** Gives up the call that is made next, as a time-out would, if it is left hanging: no other call can be too slow for a test. */
  giveUp: () => AbortSignal;
  stop: () => Promise<void>;
}

/** Starts a proxy in front of a flag server. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const rules: { call: GuardCall; fault: Fault; times: number; skip: number }[] = [];
  const calls: GuardCall[] = [];
  let waiting = new AbortController();

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const call = callOf(incoming, body.toString());
    calls.push(call);
    const rule = rules.find((one) => one.call === call && one.times > 0);
    const fault = !rule ? undefined : rule.skip-- > 0 ? undefined : (rule.times--, rule.fault);
    if (fault === 'hang') return waiting.abort(new DOMException('It hangs.', 'TimeoutError'));
    if (fault === 'silence') return;
    if (fault === 'reset') return void response.destroy();
    if (typeof fault === 'object') {
      // The clock of the tests is not the clock of this machine.
      response.sendDate = false;
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      return void response.end(JSON.stringify(fault.body ?? { message: 'spoiled' }));
    }
    const { method, headers, url = '' } = incoming;
    const onward = request(new URL(url, target), { method, headers });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    const content = await buffer(answer);
    response.writeHead(answer.statusCode ?? 500, { ...answer.headers, 'content-length': content.length });
    if (fault !== 'cut') return void response.end(content);
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    giveUp() {
      waiting = new AbortController();
      return waiting.signal;
    },
    spoil: (call, fault, times = Infinity, skip = 0) => rules.push({ call, fault, times, skip }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function callOf({ method, url = '' }: IncomingMessage, body: string): GuardCall {
  if (url.includes('/flags/evaluate')) return 'evaluate';
  if (method === 'PATCH') return /"kind":"(addTargets|turnFlagOn)"/.test(body) ? 'on' : 'off';
  return url.startsWith('/api/v2/flags/') ? 'read' : 'other';
}
