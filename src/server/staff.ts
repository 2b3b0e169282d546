import { maintenanceError } from '../core/errors.js';
import { longestSecret, type AllowOptions, type BypassOptions } from './options.js';
import type { Answer } from './respond.js';

/** The part of a request that tells whether it comes from staff. */
interface StaffRequest extends AddressedRequest, LinkRequest {}

/** The people for whom every feature is open: by address, or by a cookie that a secret link sets. */
export interface Staff extends Pick<Bypass, 'mayBeLink' | 'followLink'> {
  /** Whether a request comes from staff. Rejects if signatures cannot be checked. */
  includes(request: StaffRequest): Promise<boolean>;
}

interface StaffOptions {
  readonly allow?: AllowOptions | undefined;
  readonly bypass?: BypassOptions | undefined;
}

/**
 * Creates the check whether a request comes from staff.
 *
 * @throws `invalid-option` for an invalid address.
 */
export function createStaff({ allow = {}, bypass: options }: StaffOptions, now: () => number): Staff {
  const allowList = createAllowList(allow);
  const bypass = options && createBypass(options, now);
  return {
    mayBeLink: (request) => bypass?.mayBeLink(request) ?? false,
    followLink: async (request) => bypass?.followLink(request),
    includes: async (request) =>
      allowList.includes(request) || ((await bypass?.holds(request.header('cookie'))) ?? false),
  };
}

interface AddressedRequest {
  header(name: string): string | null;
  readonly address: string | undefined;
}

/** The addresses whose requests pass. */
interface AllowList {
  includes(request: AddressedRequest): boolean;
}

/**
 * Creates the allow list. The address of a client is the address of its socket. Only if that is a trusted proxy, the address is read from
 * `X-Forwarded-For`: the last one that is not a trusted proxy. All entries before it may be forged.
 */
function createAllowList({ addresses = [], trustedProxies = [] }: AllowOptions): AllowList {
  const allowed = addresses.map(readAddressRange);
  const trusted = trustedProxies.map(readAddressRange);
  const isTrusted = (address: Address) => trusted.some((range) => range(address));

  function clientOf(request: AddressedRequest): Address | undefined {
    const { address } = request;
    let client = address === undefined ? undefined : parseAddress(address);
    if (!client || !isTrusted(client)) return client;
    for (const text of (request.header('x-forwarded-for') ?? '').split(',').reverse()) {
      if (!text.trim()) continue;
      client = parseAddress(text);
      if (!client || !isTrusted(client)) return client;
    }
    return client;
  }

  return {
    includes(request) {
      const client = clientOf(request);
      return client !== undefined && allowed.some((range) => range(client));
    },
  };
}

/** Whether an address is in a range. */
type AddressRange = (address: Address) => boolean;

/** The bytes of an address: 4 of IPv4, 16 of IPv6. */
type Address = readonly number[];

/**
 * Parses an address as servers and proxies write it: with or without port, brackets and zone. An IPv4 address that is mapped into IPv6 is parsed as
 * the IPv4 address. Returns `undefined` for anything else, including host names.
 */
function parseAddress(text: string): Address | undefined {
  const trimmed = text.trim();
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed) ?? [];
  if (bracketed !== undefined) return bracketed.includes(':') ? parseIPv6(bracketed) : undefined;
  const [, withPort] = /^([\d.]+):\d{1,5}$/.exec(trimmed) ?? [];
  return trimmed.includes(':') && withPort === undefined
    ? parseIPv6(trimmed)
    : parseIPv4(withPort ?? trimmed);
}

/**
 * Parses an address or a range in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`.
 *
 * @throws `invalid-option` if it is neither.
 */
function readAddressRange(text: string): AddressRange {
  const [base = '', length, ...more] = text.split('/');
  const address = parseAddress(base);
  // The length of a mapped range includes the 96 bits of the mapping.
  const mapped = address?.length === 4 && base.includes(':') ? 96 : 0;
  const bits = length === undefined ? (address?.length ?? 0) * 8 : Number(length) - mapped;
  const valid = /^\d{1,3}$/.test(length ?? '0') && !more.length;
  if (!address || !valid || bits < 0 || bits > address.length * 8) {
    throw maintenanceError(
      'invalid-option',
      `"${text}" is not an address or a range of addresses. Write it as "192.0.2.7", "10.0.0.0/8" or "2001:db8::/32".`,
    );
  }
  return (other) => other.length === address.length && samePrefix(address, other, bits);
}

function samePrefix(a: Address, b: Address, bits: number): boolean {
  return a.every((byte, index) => {
    const counted = Math.min(Math.max(bits - index * 8, 0), 8);
    const mask = 0xff & (0xff << (8 - counted));
    return (byte & mask) === ((b[index] ?? 0) & mask);
  });
}

function parseIPv4(text: string): Address | undefined {
  const parts = text.split('.');
  // Some parsers read a leading zero as octal, others do not.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.map(Number);
}

function parseIPv6(text: string): Address | undefined {
  const [plain = '', zone] = text.split('%', 2);
  if (zone === '') return undefined;
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  const tail = embedded?.[2] === undefined ? [] : parseIPv4(embedded[2]);
  if (!tail) return undefined;
  const wanted = 8 - tail.length / 2;
  const halves = (embedded?.[1] === undefined ? plain : withoutLastColon(embedded[1])).split('::');
  if (halves.length > 2) return undefined;
  const [front = [], back] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const zeros = wanted - front.length - (back?.length ?? 0);
  if (back ? zeros < 1 : zeros !== 0) return undefined;
  const groups = [...front, ...(back ? Array<string>(zeros).fill('0') : []), ...(back ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const bytes = groups
    .flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff])
    .concat(tail);
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

function withoutLastColon(text: string): string {
  return text.endsWith('::') ? text : text.slice(0, -1);
}

function isMapped(bytes: Address): boolean {
  return bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

interface Bypass {
  /** Whether a request may be for a secret link. Nearly all requests are not. */
  mayBeLink(request: LinkRequest): boolean;
  /** The answer to a secret link: a redirect to the same address without the secret. `undefined` for every other request. */
  followLink(request: LinkRequest): Promise<Answer | undefined>;
  /** Whether a `Cookie` header has a bypass cookie that is signed and has not expired. */
  holds(cookies: string | null): Promise<boolean>;
}

interface LinkRequest {
  readonly method: string;
  readonly search: string;
}

/**
 * Creates the bypass. Only WebCrypto's `verify` compares secrets and signatures, because it takes the same time for equal and different ones. No
 * secret appears in a message, a header or a page.
 */
function createBypass(options: BypassOptions, now: () => number): Bypass {
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
    async followLink({ search }) {
      const given = new URLSearchParams(search).get(parameter);
      if (given === null || given.length > longestSecret) return undefined;
      const target = withoutParameter(search, parameter);
      if (given === 'off') return redirect(target, '', 0);
      // In a query, "+" is a space. A secret in Base64 may contain it.
      const key = (await keyOfSecret(given)) ?? (await keyOfSecret(given.replaceAll(' ', '+')));
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

/**
 * The same address without the secret, as a query alone (RFC 3986, 5.2.2). A browser puts it after the path that it has sent. The path that arrives here
 * may be another one, because a proxy may have removed a prefix. And it stays on this server.
 */
function withoutParameter(search: string, parameter: string): string {
  const kept = search
    .slice(1)
    .split('&')
    .filter((pair) => pair && !new URLSearchParams(pair).has(parameter));
  return `?${kept.join('&')}`;
}

/** The values that a `Cookie` header has for a name (RFC 6265, 5.4). There are several if a subdomain has set one, too. */
function readCookies(header: string | null, name: string): string[] {
  if (!header?.includes(name)) return [];
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}
