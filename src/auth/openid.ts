import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  checkProtocol,
  discoveryRequest,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  processUserInfoResponse,
  userInfoRequest,
  validateApplicationLevelSignature,
  validateAuthResponse,
} from 'oauth4webapi';
import { isLoopback, type SignInSettings } from '../env.ts';
import type { SignInAttempt } from './attempt.ts';
import { asSignInFailure, SignInFailure } from './sign-in-failure.ts';
import type { Identity } from './statements.ts';

/** How long the provider may take for one response. */
export const PATIENCE_MS = 5000;

/**
 * Whether people can sign in at an origin. A provider on loopback serves only a Worker on loopback:
 * the one for trying things out is of no use anywhere else, however it is configured.
 */
export const canSignInAt = (url: URL, { issuer }: SignInSettings): boolean =>
  isLoopback(url) || !isLoopback(new URL(issuer));

/** Begins: where to send the browser, and what to know again when it comes back. */
export async function beginSignIn(settings: SignInSettings, redirectUri: string) {
  const { server } = await discover(settings).catch(fail);
  const attempt: SignInAttempt = {
    state: generateRandomState(),
    nonce: generateRandomNonce(),
    verifier: generateRandomCodeVerifier(),
  };
  const location = authorizationEndpoint(server, settings);
  const parameters = {
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: redirectUri,
    scope: 'openid email',
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
  return { location: location.href, attempt };
}

/** Ends: redeems the code that the browser brought back; returns who it is, with a verified e-mail address. */
export const finishSignIn = (
  settings: SignInSettings,
  attempt: SignInAttempt,
  redirectUri: string,
  callback: URL,
): Promise<Identity> => redeem(settings, attempt, redirectUri, callback).catch(fail);

const fail = (error: unknown): never => {
  throw asSignInFailure(error);
};

/** Makes the library check everything that OpenID Connect Core, section 3.1.3.7, requires. */
async function redeem(
  settings: SignInSettings,
  { state, nonce, verifier }: SignInAttempt,
  redirectUri: string,
  callback: URL,
): Promise<Identity> {
  const { server, options } = await discover(settings);
  const client: Client = { client_id: settings.clientId };
  const response = await authorizationCodeGrantRequest(
    server,
    client,
    authenticationAt(server, settings.clientSecret),
    validateAuthResponse(server, client, callback, state),
    redirectUri,
    verifier,
    options,
  );
  const tokens = await processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await validateApplicationLevelSignature(server, response, options);
  const claims = getValidatedIdTokenClaims(tokens);
  if (!claims) throw new SignInFailure('failed', 'no ID token');
  const identity = { issuer: server.issuer, subject: claims.sub };
  const email = emailIn(claims);
  if (email !== undefined || !server.userinfo_endpoint)
    return { ...identity, email: email ?? verifiedEmail(claims) };
  const userInfo = await userInfoRequest(server, client, tokens.access_token, options);
  const more = await processUserInfoResponse(server, client, claims.sub, userInfo);
  return { ...identity, email: verifiedEmail(more) };
}

/**
 * The provider's endpoints (OpenID Connect Discovery), and how to call them. Not cached: its
 * keys may change at any time, and people sign in rarely.
 */
export async function discover(settings: SignInSettings) {
  const options = {
    signal: () => AbortSignal.timeout(PATIENCE_MS),
    [allowInsecureRequests]: isInsecure(settings),
  };
  const issuer = new URL(settings.issuer);
  const response = await discoveryRequest(issuer, options);
  return { server: await processDiscoveryResponse(issuer, response), options };
}

/** Plain http, which src/env.ts accepts on loopback only. */
export const isInsecure = ({ issuer }: SignInSettings): boolean =>
  new URL(issuer).protocol === 'http:';

function authorizationEndpoint(server: AuthorizationServer, settings: SignInSettings): URL {
  try {
    const url = new URL(server.authorization_endpoint ?? '');
    checkProtocol(url, !isInsecure(settings));
    return url;
  } catch {
    throw new SignInFailure('failed', 'the provider has no authorization endpoint');
  }
}

/** Discovery, section 3: `client_secret_basic`, unless the provider says that it takes only others. */
function authenticationAt(server: AuthorizationServer, secret: string): ClientAuth {
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const posted = methods.includes('client_secret_post') && !methods.includes('client_secret_basic');
  return posted ? ClientSecretPost(secret) : ClientSecretBasic(secret);
}

/**
 * Returns the e-mail address in the claims of an ID token; undefined if they do not have it, or not whether it
 * is verified. Throws a SignInFailure if it is not.
 */
export const emailIn = (claims: Record<string, unknown>): string | undefined =>
  claims['email'] === undefined || claims['email_verified'] === undefined
    ? undefined
    : verifiedEmail(claims);

/**
 * Only `true` itself is verified. Our addresses are ASCII; of other characters `lower()` in the
 * database can make ASCII (the Kelvin sign becomes a k), and so the address of another person.
 */
function verifiedEmail({ email, email_verified }: Record<string, unknown>): string {
  if (typeof email !== 'string' || email_verified !== true)
    throw new SignInFailure('unverified_email', 'the provider has not verified the e-mail address');
  if (!/^[\x21-\x7e]+$/.test(email))
    throw new SignInFailure('unknown_user', 'no user has this e-mail address');
  return email;
}
