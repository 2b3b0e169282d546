import { init, type LDClient } from '@launchdarkly/node-server-sdk';

let client: LDClient | undefined;

/** Created on the first request, because a build has no flags. In production: init(process.env.LD_SDK_KEY). */
export function flagClient(): LDClient {
  const url = process.env.FLAG_SERVER ?? 'http://127.0.0.1:8765';
  client ??= init('local', { baseUri: url, streamUri: url, eventsUri: url, diagnosticOptOut: true });
  return client;
}
