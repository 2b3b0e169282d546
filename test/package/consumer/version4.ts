import { createClient } from '@launchdarkly/react-sdk';
import type { FlagSource } from 'react-maintenance-mode';
import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';

const client = createClient('...', { kind: 'user', key: 'bob' });
export const source: FlagSource = launchDarklySource(client);
