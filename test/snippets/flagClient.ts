import { init } from '@launchdarkly/node-server-sdk';

const url = process.env['FLAG_SERVER'] ?? '';

// #region
// @launchdarkly/node-server-sdk
export const client = init('local', { baseUri: url, streamUri: url, eventsUri: url });
// #endregion
