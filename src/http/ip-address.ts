import ipaddr from 'ipaddr.js';

// Addresses of clients, and ranges of them.

/**
 * Returns the address of the client, as Postgres reads it; undefined if the platform names none. On
 * Cloudflare no client can set this header; locally the front door does (tools/front-door.ts).
 */
export function addressOf({ headers }: Request): string | undefined {
  const text = headers.get('CF-Connecting-IP');
  // Without text the library makes an exception, which would be a tenth of the CPU time of a request.
  if (!text || !isAddress(text)) return undefined;
  return text.includes(':') ? ipaddr.process(text).toString() : text;
}

/**
 * Returns the address of a request, or the network of 64 bits of an IPv6 address. Providers give one to each
 * customer, who could otherwise use another address each time. Empty if it is unknown.
 */
export function networkOf(request: Request): string {
  const address = addressOf(request) ?? '';
  return address.includes(':')
    ? ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()
    : address;
}

/** A zone, as in fe80::1%eth0, means something to one machine only. */
const isAddress = (text: string): boolean =>
  text.includes(':')
    ? ipaddr.IPv6.isValid(text) && !text.includes('%')
    : ipaddr.IPv4.isValidFourPartDecimal(text);

/**
 * Returns the range of an address or of CIDR notation in its normal form, `192.0.2.0/24`. Undefined if the
 * text is neither, or has bits beyond the prefix: 192.0.2.7/24 may mean the address or the network. An IPv4
 * address in IPv6 is refused, because no client has one.
 */
export function rangeOf(text: string): string | undefined {
  const [start = '', bits, ...rest] = text.split('/');
  if (rest.length > 0 || !isAddress(start)) return undefined;
  const address = ipaddr.parse(start);
  const isIPv4 = address.kind() === 'ipv4';
  if (!isIPv4 && (address as ipaddr.IPv6).isIPv4MappedAddress()) return undefined;
  const size = isIPv4 ? 32 : 128;
  if (bits !== undefined && !/^(0|[1-9]\d{0,2})$/.test(bits)) return undefined;
  const prefix = Number(bits ?? size);
  if (prefix > size) return undefined;
  const range = `${address.toString()}/${prefix}`;
  const kind = isIPv4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return kind.networkAddressFromCIDR(range).toString() === address.toString() ? range : undefined;
}
