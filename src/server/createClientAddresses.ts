import { parseAddress, readAddressRange, type Address } from './addressRange.js';

interface ClientAddressOptions {
  readonly addresses: readonly string[];
  readonly trustedProxies?: readonly string[] | undefined;
}

interface AddressedRequest {
  header(name: string): string | null;
  readonly address: string | undefined;
}

/** The addresses that are let through. */
export interface ClientAddresses {
  isAllowed(request: AddressedRequest): boolean;
}

/**
 * Makes the allow list. A request comes from where its socket says; only when that is a trusted proxy, from where the proxy
 * says in `X-Forwarded-For`, read from its end: what stands before the last address that is not trusted may be forged.
 */
export function createClientAddresses({
  addresses,
  trustedProxies = [],
}: ClientAddressOptions): ClientAddresses {
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
    isAllowed(request) {
      const client = clientOf(request);
      return client !== undefined && allowed.some((range) => range(client));
    },
  };
}
