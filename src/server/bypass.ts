import type { Answer } from './Answer.js';

/** How staff get in: once through a link with a secret, and from then on with a signed cookie. */
export interface BypassOptions {
  /**
   * Secrets of at least 16 characters that cannot be guessed, such as those of `openssl rand -hex 32`. A link signs its cookie with its own
   * secret. To rotate, put a new secret before the old one. Remove the old one when its links and cookies should stop working.
   */
  readonly secrets: readonly string[];
  /** The name of the link's query parameter: `/?maintenance-bypass=<secret>`, and `=off` to leave. Default `maintenance-bypass`. */
  readonly parameter?: string | undefined;
  /** Default `maintenance-bypass`. With the prefix `__Host-` no subdomain can set it either. */
  readonly cookieName?: string | undefined;
  /** How long a cookie is valid. Default 12 hours. */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * Whether browsers send the cookie over HTTPS only. Default true. Over plain HTTP, as in an intranet, browsers drop such a cookie. Use `false`
   * there. Then anyone on the network path can copy the cookie.
   */
  readonly secure?: boolean | undefined;
  /** Sends the cookie to all hosts of this domain: `shop.example` for an API at `api.shop.example`. Default: only the host of the link. */
  readonly domain?: string | undefined;
}

export interface Bypass {
  /** Whether a request may be for a secret link. Nearly all requests are not. */
  mayBeLink(request: LinkRequest): boolean;
  /** The answer to a secret link: a redirect to the same address without the secret. `undefined` for every other request. */
  followLink(request: LinkRequest): Promise<Answer | undefined>;
  /** Whether a `Cookie` header has a bypass cookie that is signed and has not expired. */
  holds(cookies: string | null): Promise<boolean>;
}

interface LinkRequest {
  readonly method: string;
  readonly path: string;
  readonly search: string;
}

/**
 * Creates the bypass. Only WebCrypto's `verify` compares secrets and signatures, because it takes the same time for equal and different ones. No
 * secret appears in a message, a header or a page.
 */
export function createBypass(options: BypassOptions, now: () => number): Bypass {
  const { secrets, parameter = 'maintenance-bypass', cookieName = 'maintenance-bypass' } = options;
  const { maxAgeSeconds = 43_200, secure = true, domain } = options;
  let keys: Promise<readonly CryptoKey[]> | undefined;

  async function readKeys(): Promise<readonly CryptoKey[]> {
    // Not when the bypass is created, because some platforms have no WebCrypto outside of a request.
    keys ??= Promise.all(secrets.map(importKey));
    try {
      return await keys;
    } catch (error) {
      keys = undefined;
      throw error;
    }
  }

  /** Whether one of the keys made this signature. All keys are tried, so that the time does not tell which one. */
  async function isSigned(text: string, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const verdicts = (await readKeys()).map((key) =>
      crypto.subtle.verify('HMAC', key, signature, encode(text)),
    );
    return (await Promise.all(verdicts)).includes(true);
  }

  /** The key of the secret in a link. `undefined` if it is not one of the secrets. All are tried, so that the time does not tell which one. */
  async function keyOfSecret(given: string): Promise<CryptoKey | undefined> {
    const present = await readKeys();
    const verdicts = await Promise.all(
      present.map(async (key, index) =>
        crypto.subtle.verify(
          'HMAC',
          key,
          await sign(key, `link ${secrets[index] ?? ''}`),
          encode(`link ${given}`),
        ),
      ),
    );
    return present[verdicts.indexOf(true)];
  }

  /** Sets the cookie. It is valid as long as the secret of the link is one of the secrets. */
  async function admit(key: CryptoKey, target: string): Promise<Answer> {
    const expires = String(Math.floor(now() / 1000) + maxAgeSeconds);
    const signature = toHex(await sign(key, `cookie ${expires}`));
    return redirect(target, `${expires}.${signature}`, maxAgeSeconds);
  }

  function redirect(target: string, value: string, maxAge: number): Answer {
    const attributes = [
      `Max-Age=${maxAge}`,
      'Path=/',
      ...(domain === undefined ? [] : [`Domain=${domain}`]),
      ...(secure ? ['Secure'] : []),
      'SameSite=Lax',
    ].join('; ');
    return {
      status: 303,
      headers: {
        location: target,
        // The second cookie tells scripts that this is staff. It grants nothing.
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
    mayBeLink: ({ method, search }) => search.includes(parameter) && (method === 'GET' || method === 'HEAD'),
    async followLink({ path, search }) {
      const given = new URLSearchParams(search).get(parameter);
      if (given === null || given.length > longestSecret) return undefined;
      const target = withoutParameter(path, search, parameter);
      if (given === 'off') return redirect(target, '', 0);
      const key = await keyOfSecret(given);
      return key && admit(key, target);
    },
    async holds(cookies) {
      const candidates = readCookies(cookies, cookieName).flatMap((value) => readCookie(value) ?? []);
      const seconds = now() / 1000;
      const verdicts = candidates
        .filter(
          ({ expires }) =>
            expires > seconds &&
            // A later expiry was signed while `maxAgeSeconds` was longer, or by a server whose clock is ahead.
            expires <= seconds + maxAgeSeconds + clockLeewaySeconds,
        )
        .slice(0, mostCookies)
        .map(({ expires, signature }) => isSigned(`cookie ${expires}`, signature));
      return (await Promise.all(verdicts)).includes(true);
    },
  };
}

// The clocks of synchronized servers differ by milliseconds. Other clocks rarely differ by more than this.
const clockLeewaySeconds = 300;
// Another host of the domain can set cookies with this name, too. No browser keeps more than 180 for a domain, so that ours is always among them.
const mostCookies = 200;
/** In characters. A longer secret is not compared. */
export const longestSecret = 1000;

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

/** The same address without the secret. It stays on this server: two slashes at the start would name another one, and browsers drop tabs. */
function withoutParameter(path: string, search: string, parameter: string): string {
  const kept = search
    .slice(1)
    .split('&')
    .filter((pair) => pair && !new URLSearchParams(pair).has(parameter));
  return `/${path.replace(/^[/\\\s\p{Cc}]+/u, '')}${kept.length ? `?${kept.join('&')}` : ''}`;
}

/** The values that a `Cookie` header has for a name (RFC 6265, 5.4). There are several if a subdomain has set one, too. */
function readCookies(header: string | null, name: string): string[] {
  if (!header?.includes(name)) return [];
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}
