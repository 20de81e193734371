import ipaddr from 'ipaddr.js';
import type { Env } from '../env.ts';

// Where events may be sent. The Worker must not become a way into a network that its callers cannot reach.

/** The longest URL, in characters. */
export const MAX_URL_LENGTH = 2048;

/** How long the resolver may take, in milliseconds. */
const DNS_TIMEOUT_MS = 5_000;

type Settings = Pick<Env['webhooks'], 'resolver' | 'allowsLoopback'>;

/** Why nothing is sent to a URL. `detail` continues a sentence that begins with the URL. */
export interface AddressFault {
  readonly code: 'invalid_format' | 'not_public' | 'not_found';
  readonly detail: string;
}

/** Returns why nothing may be sent to a URL; undefined if it may. Asks the resolver. */
export async function addressFault(
  text: string,
  settings: Settings,
): Promise<AddressFault | undefined> {
  if (!URL.canParse(text)) return { code: 'invalid_format', detail: 'must be a URL' };
  const url = new URL(text);
  if (settings.allowsLoopback && url.protocol === 'http:' && url.hostname === '127.0.0.1')
    return undefined;
  return formFault(url) ?? (await nameFault(url.hostname, settings.resolver));
}

function formFault({
  protocol,
  port,
  username,
  password,
  hostname,
}: URL): AddressFault | undefined {
  if (protocol !== 'https:') return { code: 'invalid_format', detail: 'must begin with https://' };
  if (port !== '') return { code: 'invalid_format', detail: 'must not have a port, so it has 443' };
  if (username !== '' || password !== '')
    return { code: 'invalid_format', detail: 'must not have a user name or a password' };
  // The URL parser has brought addresses in any notation into one of these forms.
  if (hostname.startsWith('[') || ipaddr.isValid(hostname))
    return { code: 'not_public', detail: 'must have a host name, not an IP address' };
  return undefined;
}

/** Why a name is refused: one address of it that is not public is enough, because nobody knows which is used. */
async function nameFault(name: string, resolver: string): Promise<AddressFault | undefined> {
  const addresses = await addressesOf(name, resolver);
  if (addresses === undefined)
    return {
      code: 'not_found',
      detail: 'could not be resolved: check the host name, or try again',
    };
  if (addresses.length === 0)
    return { code: 'not_found', detail: 'must have a host name that has an address' };
  return addresses.every(isPublic)
    ? undefined
    : { code: 'not_public', detail: 'must have a host name of which each address is public' };
}

/** Record types of DNS: IPv4 and IPv6 addresses. */
const TYPES = { A: 1, AAAA: 28 };

/** What the resolver knows of the name. Undefined: the resolver failed. */
async function addressesOf(name: string, resolver: string): Promise<string[] | undefined> {
  const answers = await Promise.all(
    Object.entries(TYPES).map(([type, number]) => recordsOf(name, type, number, resolver)),
  ).catch(() => undefined);
  return answers?.flat();
}

/** The JSON form of DNS over HTTPS, as Cloudflare and Google serve it. */
interface DnsAnswer {
  readonly Status: number;
  readonly Answer?: readonly { readonly type: number; readonly data: string }[];
}

const NO_ERROR = 0;
const NO_SUCH_NAME = 3;

async function recordsOf(
  name: string,
  type: string,
  number: number,
  resolver: string,
): Promise<string[]> {
  const url = new URL(resolver);
  url.searchParams.set('name', name);
  url.searchParams.set('type', type);
  const response = await fetch(url, {
    headers: { Accept: 'application/dns-json' },
    signal: AbortSignal.timeout(DNS_TIMEOUT_MS),
  });
  const { Status: status, Answer: records = [] } = (await response.json()) as DnsAnswer;
  if (status === NO_SUCH_NAME) return [];
  if (!response.ok || status !== NO_ERROR) throw new TypeError(`DNS status ${status}`);
  // Beside them are the aliases that lead there.
  return records.filter((record) => record.type === number).map(({ data }) => data);
}

/** All public addresses of IPv6 (RFC 4291, section 2.4; IANA has given out nothing else). */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is one of the public internet, whichever way it is written or wrapped. */
export function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_IPV6);
}
