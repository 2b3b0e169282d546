import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { createMaintenanceHandler, type AllowOptions } from 'react-maintenance-mode/server';
import { describe, expect, it } from 'vitest';

import { features } from './shop.js';

// The same inputs in each run; `npm run test:hard` chooses others.
fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? 2015) });

async function isLetThrough(
  allow: AllowOptions,
  address: string | undefined,
  forwardedFor?: string,
): Promise<boolean> {
  const handler = createMaintenanceHandler({
    features,
    readFlags: () => ({ 'site-maintenance': true }),
    failure: 'open',
    allow,
  });
  const headers = new Headers(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor });
  const { response } = await handler(new Request('https://shop.example/', { headers }), { address });
  return response === undefined;
}

describe('the allowed addresses', () => {
  it.each<[string, string, boolean]>([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['192.0.2.7/32', '192.0.2.7', true],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.128/25', '192.0.2.129', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '203.0.113.9', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:DB8:0:0::1', '2001:db8::1', true],
    ['192.0.2.7', '::ffff:192.0.2.7', true],
    ['192.0.2.7', '::FFFF:C000:0207', true],
    ['192.0.2.7', '::192.0.2.7', false],
    ['::ffff:192.0.2.0/120', '192.0.2.200', true],
    ['::ffff:192.0.2.0/120', '192.0.3.1', false],
    ['192.0.2.7', '192.0.2.7:54321', true],
    ['2001:db8::1', '[2001:db8::1]:443', true],
    ['2001:db8::1', '[2001:db8::1]', true],
    ['fe80::1', 'fe80::1%eth0', true],
    ['fe80::1', '[fe80::1%25eth0]:80', true],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221', true],
    ['127.0.0.1', '127.1', false],
    ['127.0.0.1', '0177.0.0.1', false],
    ['127.0.0.1', '0x7f.0.0.1', false],
    ['127.0.0.1', '127.0.0.1.evil.example', false],
    ['127.0.0.1', 'localhost', false],
    ['127.0.0.1', '', false],
    ['::1', '1::', false],
    ['::1', ':1', false],
    ['::1', '::1%', false],
    ['::1', '0:0:0:0:0:0:0:0:1', false],
    ['::1', '::1::', false],
    ['::1', '[::1', false],
  ])('%s and a request from %s: %s', async (range, address, expected) => {
    expect(await isLetThrough({ addresses: [range] }, address)).toBe(expected);
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0/8',
    '::/129',
    'localhost',
    '',
    '1.2.3.4/8/8',
    '::ffff:1.2.3.4/95',
  ])('throws for %j', async (range) => {
    await expect(isLetThrough({ addresses: [range] }, '192.0.2.7')).rejects.toThrow(
      /is not an address or a range/,
    );
  });

  it('refuses clients whose address is unknown', async () => {
    expect(await isLetThrough({ addresses: ['0.0.0.0/0', '::/0'] }, undefined)).toBe(false);
  });
});

describe('X-Forwarded-For', () => {
  const addresses = ['192.0.2.7'];
  const trustedProxies = ['10.0.0.0/8', '2001:db8::/32'];

  it.each<[string, AllowOptions, string, string, boolean]>([
    ['is not believed without a trusted proxy', { addresses }, '203.0.113.9', '192.0.2.7', false],
    ['is not believed from anybody else', { addresses, trustedProxies }, '203.0.113.9', '192.0.2.7', false],
    ['is believed from a trusted proxy', { addresses, trustedProxies }, '10.0.0.1', '192.0.2.7', true],
    [
      'is trusted from a proxy with a mapped address',
      { addresses, trustedProxies },
      '::ffff:10.0.0.1',
      '192.0.2.7',
      true,
    ],
    [
      'skips further trusted proxies',
      { addresses, trustedProxies },
      '10.0.0.1',
      '192.0.2.7, 2001:db8::5, 10.2.3.4',
      true,
    ],
    [
      'may contain ports and brackets',
      { addresses, trustedProxies },
      '10.0.0.1',
      '192.0.2.7:1234, [2001:db8::5]:80',
      true,
    ],
    [
      'ignores forged entries before the real client',
      { addresses, trustedProxies },
      '10.0.0.1',
      '192.0.2.7, 203.0.113.9',
      false,
    ],
    [
      'is ignored if its last entry is not an address',
      { addresses, trustedProxies },
      '10.0.0.1',
      '192.0.2.7, unknown',
      false,
    ],
    ['may contain empty entries', { addresses, trustedProxies }, '10.0.0.1', '192.0.2.7, ,', true],
    ['that is empty leaves the proxy itself', { addresses, trustedProxies }, '10.0.0.1', '', false],
    ['the proxy may be allowed by name', { addresses: ['10.0.0.1'], trustedProxies }, '10.0.0.1', '', true],
    [
      'with one entry is the client, not the proxy',
      { addresses: ['10.0.0.1'], trustedProxies },
      '10.0.0.1',
      '203.0.113.9',
      false,
    ],
  ])('%s', async (_, allow, address, forwardedFor, expected) => {
    expect(await isLetThrough(allow, address, forwardedFor)).toBe(expected);
  });

  it('with any bytes never throws and never lets a request pass', async () => {
    const visible = fc.integer({ min: 32, max: 255 }).filter((code) => code !== 127);
    const bytes = fc.string({ unit: visible.map((code) => String.fromCharCode(code)) });

    await fc.assert(
      fc.asyncProperty(bytes, async (text) => {
        fc.pre(!text.includes('192.0.2.7'));
        expect(await isLetThrough({ addresses, trustedProxies }, '10.0.0.1', text)).toBe(false);
        expect(await isLetThrough({ addresses, trustedProxies }, text)).toBe(false);
      }),
    );
  });
});

describe('compared with another address parser', () => {
  const group = fc.constantFrom('0', '00', '1', 'ff', 'ffff', 'FFFF', '0db8', '10000', 'g', '');
  const part = fc.constantFrom('0', '1', '00', '010', '127', '192', '255', '256', '0x7f', '');
  const fourParts = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
  const ipv6 = fc
    .tuple(
      fc.array(group, { maxLength: 9 }),
      fc.constantFrom('', '::', ':'),
      fc.option(fourParts, { nil: '' }),
    )
    .chain(([groups, separator, tail]) =>
      fc.nat({ max: groups.length }).map((at) => {
        const front = groups.slice(0, at).join(':');
        return `${front}${separator}${[...groups.slice(at), ...(tail ? [tail] : [])].join(':')}`;
      }),
    );
  const text = fc.oneof(
    fourParts,
    ipv6,
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4().map((ip) => `::ffff:${ip}`),
  );

  it('accepts the same addresses, except octal, hexadecimal and short forms', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (address) => {
        const strict = ipaddr.IPv6.isValid(address) || ipaddr.IPv4.isValidFourPartDecimal(address);
        // It takes parts with a leading zero behind the colons of IPv6.
        fc.pre(!/(^|[:.])0\d+\./.test(address) && !/\.0\d/.test(address));
        const everyone = { addresses: ['0.0.0.0/0', '::/0'] };

        expect(await isLetThrough(everyone, address), address).toBe(strict);
      }),
      { numRuns: 500 },
    );
  });

  it('finds the same addresses in each range', async () => {
    const range = fc.oneof(
      fc.tuple(fc.ipV4(), fc.nat({ max: 32 })).map(([ip, bits]) => `${ip}/${bits}`),
      fc.tuple(fc.ipV6(), fc.nat({ max: 128 })).map(([ip, bits]) => `${ip}/${bits}`),
    );
    const near = (base: string, bit: number): string => {
      const bytes = ipaddr.parse(base).toByteArray();
      const at = (bit >> 3) % bytes.length;
      return ipaddr
        .fromByteArray(bytes.map((byte, index) => (index === at ? byte ^ (1 << (bit & 7)) : byte)))
        .toString();
    };

    await fc.assert(
      fc.asyncProperty(range, fc.nat({ max: 127 }), async (cidr, bit) => {
        const [base = '', bits = ''] = cidr.split('/');
        // Ranges of mapped addresses count as ranges of IPv4, which that reader keeps apart.
        fc.pre(!ipaddr.IPv6.isValid(base) || !ipaddr.IPv6.parse(base).isIPv4MappedAddress());
        const address = near(base, bit);
        fc.pre(!ipaddr.IPv6.isValid(address) || !ipaddr.IPv6.parse(address).isIPv4MappedAddress());
        // Its types keep the two kinds apart.
        const expected = ipaddr.parse(address).match([ipaddr.parse(base), Number(bits)] as never);

        expect(await isLetThrough({ addresses: [cidr] }, address), `${cidr} ${address}`).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
