import { addressOf } from './ip-address.ts';

/** Where a request comes from, as far as the platform says. */
export interface Source {
  readonly address: string | undefined;
  /** ISO 3166-1, or `T1` for Tor. */
  readonly country: string | undefined;
  /** Whose network it is, such as a provider's. */
  readonly network: string | undefined;
}

/** The longest name of a network that is kept. */
const MAX_NETWORK = 100;

/** What Cloudflare adds to a request. */
type CloudflareRequest = Request & { readonly cf?: { country?: string; asOrganization?: string } };

/** Returns where a request comes from. Locally only the address is known. */
export function sourceOf(request: CloudflareRequest): Source {
  const { country, asOrganization } = request.cf ?? {};
  return {
    address: addressOf(request),
    // XX: unknown.
    country: country !== 'XX' && /^[A-Z][A-Z\d]$/.test(country ?? '') ? country : undefined,
    network: asOrganization?.slice(0, MAX_NETWORK).toWellFormed() || undefined,
  };
}
