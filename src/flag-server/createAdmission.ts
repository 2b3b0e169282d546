import { createHash, timingSafeEqual } from 'node:crypto';

import type { RouteGroup } from './createHttpHandler.js';
import { HttpProblem } from './HttpProblem.js';

/**
 * Who may use the REST API: whoever has the token, or anyone who reaches the server when there is none.
 *
 * Pages may call it as well. Without a token only pages served from this computer may, or any page that a
 * developer happens to open could change the flags.
 */
export function createAdmission(token: string | undefined): Pick<RouteGroup, 'admit' | 'corsHeaders'> {
  return {
    admit: (request) => {
      if (token !== undefined && !isSame(request.headers.authorization ?? '', token)) {
        throw new HttpProblem('unauthorized', 'Invalid access token');
      }
    },
    corsHeaders: (request): Record<string, string> => {
      const { origin } = request.headers;
      if (origin === undefined || (token === undefined && !isLocal(origin))) return { vary: 'origin' };
      return {
        vary: 'origin',
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST, PATCH, OPTIONS',
        'access-control-allow-headers': 'accept, authorization, content-type, ld-api-version',
        'access-control-max-age': '300',
      };
    },
  };
}

// Digests have one length, so that the comparison takes the same time whatever was sent.
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isLocal(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '127.0.0.1' ||
    hostname === '[::1]'
  );
}
