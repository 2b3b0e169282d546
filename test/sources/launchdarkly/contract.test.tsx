import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';
import { flagSourceContract } from 'react-maintenance-mode/testing';
import { describe, expect, it } from 'vitest';

import { clientOfVersion3, clientOfVersion4, serveContractFlags } from './launchDarklyClients.js';

describe.each(['version 3', 'version 4'])('launchDarklySource with the client of %s', (version) => {
  async function create() {
    const { url, set } = await serveContractFlags();
    if (version === 'version 3') return { source: launchDarklySource(clientOfVersion3(url)), set };
    const client = clientOfVersion4(url);
    void client.start();
    return { source: launchDarklySource(client), set };
  }

  it.each(flagSourceContract(create))('$title', async ({ check }) => {
    await expect(check()).resolves.toBeUndefined();
  });
});
