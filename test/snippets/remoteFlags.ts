import type { IncomingMessage } from 'node:http';
import { cachedFlags, type ReadFlags } from 'react-maintenance-mode/server';
import { features } from './features.js';
import { userOf } from './serverApp.js';

export function cached(readRemoteFlags: ReadFlags<IncomingMessage>): ReadFlags<IncomingMessage> {
  // #region
  const readFlags = cachedFlags(readRemoteFlags, {
    keyOf: (request) => userOf(request) ?? 'anonymous',
    features,
  });
  // #endregion
  return readFlags;
}
