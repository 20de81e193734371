import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Provider } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import type { LocalOidcOptions } from './options.ts';
import { messagePage } from './page.ts';

/** The parts of Koa's context that the callbacks use. */
interface Context {
  body: string;
  type: string;
  oidc: { client: { clientId: string }; account: { accountId: string }; provider: Provider };
}

const HOUR = 3600;
/** The claims of the scope `email`. */
const EMAIL = ['email', 'email_verified'];

/** Returns a certified OpenID provider (oidc-provider) whose keys and data are in memory. */
export async function makeProvider(issuer: string, options: LocalOidcOptions): Promise<Provider> {
  return new Provider(issuer, {
    adapter: createMemoryAdapter(),
    jwks: { keys: [await signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: options.redirectUris,
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
      ...(options.apps ?? []).map(({ clientId, redirectUris }) => ({
        client_id: clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: redirectUris,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      })),
    ],
    scopes: ['openid', 'email'],
    claims: { openid: ['sub'], email: EMAIL },
    responseTypes: ['code'],
    pkce: { required: () => true },
    // Apps refresh their ID tokens.
    issueRefreshToken: (_: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    features: {
      claimsParameter: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 60,
      Grant: HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: HOUR,
      Session: HOUR,
    },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => findAccount(options.users, id),
    loadExistingGrant: grantAll,
    clientBasedCORS: () => false,
    renderError: (context: Context, { error, error_description }: Record<string, string>) => {
      context.type = 'html';
      context.body = messagePage('Sign-in failed', `${error}: ${error_description ?? ''}`);
    },
  });
}

async function signingKey() {
  const { privateKey }: { privateKey: KeyObject } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
  });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };
}

async function findAccount(users: LocalOidcOptions['users'], id: string) {
  const user = (await users()).find((candidate) => candidate.id === id);
  if (!user) return undefined;
  const { email, emailVerified = true } = user;
  return { accountId: id, claims: () => ({ sub: id, email, email_verified: emailVerified }) };
}

/** Grants our clients everything, so that no consent is needed. */
async function grantAll({ oidc: { provider, client, account } }: Context) {
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope('openid email');
  grant.addOIDCClaims(EMAIL);
  await grant.save();
  return grant;
}
