import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { HttpProblem } from './HttpProblem.js';

/** Decides who may use the server. */
export interface Access {
  /** Refuses requests that a foreign web page may have sent. @throws HttpProblem 403 */
  checkOrigin: (request: IncomingMessage) => void;
  /** Refuses requests without the access token, if the server has one. @throws HttpProblem 401 */
  checkToken: (request: IncomingMessage) => void;
  /** The CORS headers, which let an allowed page read the answer. */
  corsHeaders: (request: IncomingMessage, rules: CorsRules) => Record<string, string>;
}

/** The methods and headers that pages of other origins may send. */
export interface CorsRules {
  methods: string;
  headers: string;
}

interface AccessOptions {
  /** The value of `Authorization` that the REST API requires. Without it, every local program may use the API. */
  token?: string | undefined;
  /** Further names of this server, besides `localhost` and IP addresses. Pages of these hosts may read flags, too. */
  allowedHosts?: readonly string[];
}

/**
 * Keeps foreign web pages away from a server on a developer's machine.
 *
 * A page can reach the server by DNS rebinding. The browser then sends the page's own host name as `Host`. So only local names and IP
 * addresses are accepted: an address cannot be rebound. A page can also send a request across origins. Its `Origin` must then be local, or
 * have the host name of the request. Programs other than browsers send neither `Origin` nor `Sec-Fetch-Site`.
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
    checkOrigin: ({ headers }) => {
      const { host, origin } = headers;
      // Only HTTP/1.0 requests have no Host. Browsers do not send them.
      if (host !== undefined) {
        const hostname = hostnameOf(`http://${host}`);
        if (hostname === undefined || !(isOwnName(hostname) || isIP(hostname.replace(/^\[|\]$/g, '')))) {
          throw new HttpProblem(
            'forbidden',
            `This server only answers requests to localhost and to IP addresses. The Host of this request is ${host}. If that is a name of this server, start it with --allowed-host ${hostname ?? 'NAME'}`,
          );
        }
      }
      if (origin !== undefined && !isAllowedOrigin(origin, host)) {
        throw new HttpProblem(
          'forbidden',
          `Pages of ${origin} may not use this server. Pages of localhost may. To allow another host, start the server with --allowed-host NAME`,
        );
      }
      // A script or an image of another site has no Origin, but browsers mark the request.
      const crossSite =
        headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
      if (origin === undefined && crossSite) {
        throw new HttpProblem('forbidden', 'Pages of other sites may not use this server');
      }
    },
    checkToken: ({ headers }) => {
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

// All digests have the same length, so the comparison always takes the same time.
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
