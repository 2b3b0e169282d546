import { readFileSync, watchFile } from 'node:fs';
import { init, type LDClient } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';

/** LaunchDarkly's server SDK, fed from the file that the local flag server serves. In production: `init(sdkKey)`. */
function createFlagClient(file: string): LDClient {
  const data = new TestData();
  const load = async () => {
    const { flags } = JSON.parse(readFileSync(file, 'utf8')) as { flags: Record<string, object> };
    for (const flag of Object.values(flags)) await data.usePreconfiguredFlag(flag);
  };
  void load();
  watchFile(file, { interval: 50 }, load);
  return init('local', { updateProcessor: data.getFactory(), sendEvents: false, diagnosticOptOut: true });
}

let client: LDClient | undefined;

/** Made with the first request: a build has no flags. */
export function flagClient(): LDClient {
  return (client ??= createFlagClient(process.env.FLAGS_FILE ?? ''));
}
