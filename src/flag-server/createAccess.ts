import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { HttpProblem } from './HttpProblem.js';

/** Who may talk to the server. */
export interface Access {
  /** Refuses requests that a web page of somebody else may have sent, whatever they ask for. @throws HttpProblem 403 */
  admit: (request: IncomingMessage) => void;
  /** Refuses requests without the access token, where the server has one. @throws HttpProblem 401 */
  authorize: (request: IncomingMessage) => void;
  /** The headers that let an admitted page read the answer (CORS). */
  corsHeaders: (request: IncomingMessage, allowed: AllowedByCors) => Record<string, string>;
}

/** What pages of other origins may send to a group of routes. */
export interface AllowedByCors {
  methods: string;
  headers: string;
}

interface AccessOptions {
  /** The value of `Authorization` that the REST API asks for. Without it, any local program may use the API. */
  token?: string | undefined;
  /** Names of this server, beside `localhost` and IP addresses. Pages of these names may read flags, too. */
  allowedHosts?: readonly string[];
}

/**
 * Keeps other people's web pages away from a server on a developer's machine.
 *
 * A page can reach it by DNS rebinding, which makes the browser send the page's own name as `Host`: only local names and IP
 * addresses are answered, for an address cannot be rebound. A page can also ask openly: its `Origin` must be local,
 * or have the host name that it asks for. Programs that are no browsers send neither `Origin` nor `Sec-Fetch-Site`.
 */
export function createAccess({ token, allowedHosts = [] }: AccessOptions): Access {
  const allowed = new Set(allowedHosts.map((name) => name.toLowerCase()));

  function isOwnName(hostname: string): boolean {
    return isLocal(hostname) || allowed.has(hostname);
  }

  function isAllowedOrigin(origin: string, host: string | undefined): boolean {
    const hostname = hostnameOf(origin);
    if (hostname === undefined) return false;
    return isOwnName(hostname) || (host !== undefined && hostname === hostnameOf(`http://${host}`));
  }

  return {
    admit: ({ headers }) => {
      const { host, origin } = headers;
      // Only HTTP/1.0 may leave it out, which no browser speaks.
      if (host !== undefined) {
        const hostname = hostnameOf(`http://${host}`);
        if (hostname === undefined || !(isOwnName(hostname) || isIP(hostname.replace(/^\[|\]$/g, '')))) {
          throw new HttpProblem(
            'forbidden',
            `This server answers to localhost and IP addresses, found Host: ${host}. If that is a name of this server, start it with --allowed-host ${hostname ?? 'NAME'}`,
          );
        }
      }
      if (origin !== undefined && !isAllowedOrigin(origin, host)) {
        throw new HttpProblem(
          'forbidden',
          `Pages of ${origin} may not use this server. Pages of localhost may, and of names that it is started with: --allowed-host NAME`,
        );
      }
      // A script or an image of another site: sent without Origin, and told by the browser.
      const crossSite =
        headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
      if (origin === undefined && crossSite) {
        throw new HttpProblem('forbidden', 'Pages of other sites may not use this server');
      }
    },
    authorize: ({ headers }) => {
      if (token !== undefined && !isSame(headers.authorization ?? '', token)) {
        throw new HttpProblem('unauthorized', 'Invalid access token');
      }
    },
    corsHeaders: ({ headers: { origin, host } }, { methods, headers }): Record<string, string> => {
      if (origin === undefined || !isAllowedOrigin(origin, host)) return { vary: 'Origin' };
      return {
        vary: 'Origin',
        'access-control-allow-origin': origin,
        'access-control-allow-methods': methods,
        'access-control-allow-headers': headers,
        'access-control-expose-headers': 'date',
        'access-control-max-age': '300',
      };
    },
  };
}

function hostnameOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname.replace(/\.$/, '') : undefined;
}

function isLocal(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

// Digests have one length, so that the comparison takes the same time whatever was sent.
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
