import { maintenanceError } from '../core/errors.js';
import type { RefusalParts } from './createRefusalComposer.js';
import { readCookies } from './readCookies.js';

/** How staff get in: by a link with a secret, once, and from then on by a signed cookie. */
export interface BypassOptions {
  /**
   * Secrets of 16 characters or more. The first signs; all of them are taken, so that a new one can be put in front of the old
   * one, and the old one goes when its cookies have expired. A cookie ends with the secret that signed it.
   */
  readonly secrets: readonly string[];
  /** The name of the link's query parameter: `/?maintenance-bypass=<secret>`, and `=off` to leave. Default `maintenance-bypass`. */
  readonly parameter?: string | undefined;
  /** Default `maintenance-bypass`. With the prefix `__Host-` no subdomain can set it either. */
  readonly cookieName?: string | undefined;
  /** How long a cookie holds. Default 12 hours. */
  readonly maxAgeSeconds?: number | undefined;
}

export interface Bypass {
  /** The answer to a secret link: a redirect to the same address without the secret. `undefined` for every other request. */
  followLink(request: LinkRequest): Promise<RefusalParts | undefined> | undefined;
  /** Whether a `Cookie` header holds a cookie of ours that is signed and has not expired. */
  holds(cookies: string | null): false | Promise<boolean>;
}

interface LinkRequest {
  readonly method: string;
  readonly path: string;
  readonly search: string;
}

/**
 * Makes the bypass. Secrets and signatures are compared by WebCrypto's `verify` alone, which takes the same time whatever it
 * compares; no secret is put into a message, a header or a page.
 *
 * @throws `invalid-option` for secrets that can be guessed.
 */
export function createBypass(options: BypassOptions, now: () => number): Bypass {
  const { secrets, parameter = 'maintenance-bypass', cookieName = 'maintenance-bypass' } = options;
  const { maxAgeSeconds = 43_200 } = options;
  refuseWeak(secrets);
  let keys: Promise<readonly CryptoKey[]> | undefined;

  function readKeys(): Promise<readonly CryptoKey[]> {
    // Not at creation: some platforms have no WebCrypto outside of a request.
    return (keys ??= Promise.all(secrets.map(importKey)));
  }

  /** Whether any key signed this text so. All are tried, so that the time does not tell which. */
  async function isSigned(text: string, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const verdicts = (await readKeys()).map((key) =>
      crypto.subtle.verify('HMAC', key, signature, encode(text)),
    );
    return (await Promise.all(verdicts)).includes(true);
  }

  async function isSecret(given: string): Promise<boolean> {
    const verdicts = (await readKeys()).map(async (key, index) =>
      crypto.subtle.verify(
        'HMAC',
        key,
        await sign(key, `link ${secrets[index] ?? ''}`),
        encode(`link ${given}`),
      ),
    );
    return (await Promise.all(verdicts)).includes(true);
  }

  async function admit(target: string): Promise<RefusalParts> {
    const [key] = await readKeys();
    const expires = String(Math.floor(now() / 1000) + maxAgeSeconds);
    const signature = key ? toHex(await sign(key, `cookie ${expires}`)) : '';
    return redirect(target, `${expires}.${signature}`, maxAgeSeconds);
  }

  function redirect(target: string, value: string, maxAge: number): RefusalParts {
    const attributes = `Max-Age=${maxAge}; Path=/; Secure; SameSite=Lax`;
    return {
      status: 303,
      headers: {
        location: target,
        // The mark says to scripts that this is staff; it opens nothing.
        'set-cookie': [
          `${cookieName}=${value}; ${attributes}; HttpOnly`,
          `${markOf(cookieName)}=${maxAge ? '1' : ''}; ${attributes}`,
        ],
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      },
      body: undefined,
    };
  }

  return {
    followLink({ method, path, search }) {
      if (!search.includes(parameter) || (method !== 'GET' && method !== 'HEAD')) return undefined;
      const given = new URLSearchParams(search).get(parameter);
      if (given === null || given.length > longestSecret) return undefined;
      const target = withoutParameter(path, search, parameter);
      if (given === 'off') return Promise.resolve(redirect(target, '', 0));
      return isSecret(given).then((right) => (right ? admit(target) : undefined));
    },
    holds(cookies) {
      const candidates = readCookies(cookies, cookieName).flatMap((value) => readCookie(value) ?? []);
      const seconds = now() / 1000;
      // One from the future was signed when cookies held longer than they may now.
      const present = candidates.filter(
        ({ expires }) => expires > seconds && expires <= seconds + maxAgeSeconds,
      );
      if (!present.length) return false;
      return Promise.all(
        present.slice(0, 4).map(({ expires, signature }) => isSigned(`cookie ${expires}`, signature)),
      ).then((verdicts) => verdicts.includes(true));
    },
  };
}

const shortestSecret = 16;
const longestSecret = 1000;

function refuseWeak(secrets: readonly string[]): void {
  if (secrets.length && secrets.every((secret) => secret.length >= shortestSecret)) return;
  throw maintenanceError(
    'invalid-option',
    `bypass.secrets needs at least one secret, each of ${shortestSecret} characters or more. Make one with "openssl rand -hex 32".`,
  );
}

/** The name of the cookie that scripts may read. */
function markOf(cookieName: string): string {
  return `${cookieName.replace(/^__(Host|Secure)-/, '')}-mark`;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', encode(secret), algorithm, false, ['sign', 'verify']);
}

function sign(key: CryptoKey, text: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign('HMAC', key, encode(text));
}

function toHex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function readCookie(value: string): { expires: number; signature: Uint8Array<ArrayBuffer> } | undefined {
  const [, expires, hex] = /^(\d{1,12})\.([0-9a-f]{64})$/.exec(value) ?? [];
  if (!expires || !hex || expires !== String(Number(expires))) return undefined;
  return {
    expires: Number(expires),
    signature: Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)),
  };
}

/** The same address without the secret, on this server: what begins with two slashes would be another one. */
function withoutParameter(path: string, search: string, parameter: string): string {
  const kept = search
    .slice(1)
    .split('&')
    .filter((pair) => pair && !new URLSearchParams(pair).has(parameter));
  return `/${path.replace(/^[/\\]+/, '')}${kept.length ? `?${kept.join('&')}` : ''}`;
}
