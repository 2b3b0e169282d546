import { maintenanceError } from '../core/errors.js';

interface ClientAddressOptions {
  readonly addresses: readonly string[];
  readonly trustedProxies?: readonly string[] | undefined;
}

interface AddressedRequest {
  header(name: string): string | null;
  readonly address: string | undefined;
}

/** The addresses whose requests pass. */
export interface AllowList {
  includes(request: AddressedRequest): boolean;
}

/**
 * Creates the allow list. The address of a client is the address of its socket. Only if that is a trusted proxy, the address is read from
 * `X-Forwarded-For`: the last one that is not a trusted proxy. All entries before it may be forged.
 */
export function createAllowList({ addresses, trustedProxies = [] }: ClientAddressOptions): AllowList {
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
export function readAddressRange(text: string): AddressRange {
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
