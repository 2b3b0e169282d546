import { readFileSync, watchFile } from 'node:fs';
import { init } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';

/** LaunchDarkly's server SDK, fed from the file that the local flag server serves. In production: `init(sdkKey)`. */
export async function createFlagClient(file) {
  const data = new TestData();
  const load = async () => {
    const { flags } = JSON.parse(readFileSync(file, 'utf8'));
    for (const flag of Object.values(flags)) await data.usePreconfiguredFlag(flag);
  };
  await load();
  watchFile(file, { interval: 50 }, load);
  const client = init('local', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
  });
  await client.waitForInitialization({ timeout: 10 });
  return client;
}
