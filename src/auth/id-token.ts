import {
  createRemoteJWKSet,
  errors,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { checkProtocol } from 'oauth4webapi';
import type { SignInSettings } from '../env.ts';
import { ApiError } from '../errors.ts';
import { discover, emailIn, isInsecure, PATIENCE_MS } from './openid.ts';
import { SignInFailure } from './sign-in-failure.ts';
import type { Identity } from './statements.ts';

// An ID token that an app received from the provider: whom it is about, and for which app.

/** How old an ID token may be, in minutes. */
export const ID_TOKEN_MINUTES = 10;
/** How far the clock of the provider may be from ours. */
const CLOCK_SKEW_SECONDS = 30;

/** Never `none`, and no shared secret: a public key would be one. */
const ASYMMETRIC = /^([RP]S|ES)(256|384|512)$|^EdDSA$|^Ed25519$/;

/** OpenID Connect Core, section 2. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** Whom an ID token is about, and the client id of the app that it was issued to. */
interface Subject {
  identity: Identity;
  clientId: string;
}

/**
 * Checks all of an ID token (OpenID Connect Core, section 3.1.3.7). `nonce`: what the app sent to the
 * provider, if it did. Throws invalid_id_token, unknown_identity or provider_unavailable.
 */
export async function verifyIdToken(
  settings: SignInSettings,
  token: string,
  nonce: string | undefined,
): Promise<Subject> {
  const { issuer, algorithms, keys } = await providerOf(settings).catch(unavailable);
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer,
    audience: [...settings.appClientIds],
    algorithms,
    maxTokenAge: ID_TOKEN_MINUTES * 60,
    clockTolerance: CLOCK_SKEW_SECONDS,
    requiredClaims: ['exp', 'sub'],
  }).catch(refuse);
  const clientId = clientOf(payload, settings.appClientIds);
  requireIdToken(payload, protectedHeader);
  if (nonce !== undefined && payload['nonce'] !== nonce) throw notAccepted('nonce');
  const { sub: subject = '' } = payload;
  if (!SUBJECT.test(subject)) throw notAccepted('sub');
  return { identity: { issuer, subject, email: addressIn(payload) }, clientId };
}

/** Returns the app that a token was issued to, which all its audiences must be. */
function clientOf({ aud = [], azp }: JWTPayload, known: readonly string[]): string {
  const audiences = [aud].flat();
  if (!audiences.every((id) => known.includes(id))) throw notAccepted('aud');
  const client = azp ?? (audiences.length === 1 ? audiences[0] : undefined);
  if (typeof client !== 'string' || !known.includes(client)) throw notAccepted('azp');
  return client;
}

/** Refuses what the provider signs with the same key for other purposes: access tokens and logout tokens. */
function requireIdToken(payload: JWTPayload, { typ = 'JWT' }: JWTHeaderParameters): void {
  if (typ.toUpperCase() !== 'JWT') throw notAccepted('typ');
  if (payload['events'] !== undefined) throw notAccepted('events');
}

function addressIn(payload: JWTPayload): string | undefined {
  try {
    return emailIn(payload);
  } catch (error) {
    if (error instanceof SignInFailure) throw unknownIdentity();
    throw error;
  }
}

export const unknownIdentity = (): ApiError =>
  new ApiError(
    'unknown_identity',
    'Let the person sign in on the Settings page, or send an ID token with their verified email.',
    { error: 'invalid_request' },
  );

const invalidIdToken = (detail: string): ApiError =>
  new ApiError('invalid_id_token', detail, { error: 'invalid_request' });

export const notAccepted = (claim: string): ApiError =>
  invalidIdToken(`Get an ID token for this app from the provider; its ${claim} is not accepted.`);

export const revokedIdToken = (): ApiError =>
  invalidIdToken('Let the person sign in again; the key of this ID token was revoked.');

/** Says which claim is wrong, or that the rest is, and nothing that was received. */
function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired)
    throw invalidIdToken(
      `Get a new ID token, and exchange it within ${ID_TOKEN_MINUTES} minutes; this one has expired.`,
    );
  if (error instanceof errors.JWTClaimValidationFailed) throw notAccepted(error.claim);
  if (error instanceof errors.JOSEAlgNotAllowed) throw notAccepted('alg');
  if (error instanceof errors.JOSEError) throw notAccepted('signature');
  throw error;
}

export const unavailable = (): never => {
  throw new ApiError(
    'provider_unavailable',
    'Try again after the time in Retry-After; the OpenID provider did not respond.',
    { outcome: 'not_applied' },
  );
};

/** What is known of the provider. */
interface Provider {
  issuer: string;
  algorithms: string[];
  keys: JWTVerifyGetKey;
}

/** For how long its endpoints are remembered; the library remembers its keys as long. */
const REMEMBERED_MS = 10 * 60 * 1000;
/** In this isolate only; it has one configuration. */
let known: { provider: Provider; until: number } | undefined;

/** Returns the provider, which is asked when nothing is known of it yet. Throws what discover does. */
async function providerOf(settings: SignInSettings): Promise<Provider> {
  if (known && Date.now() < known.until) return known.provider;
  const { server } = await discover(settings);
  const url = new URL(server.jwks_uri ?? '');
  checkProtocol(url, !isInsecure(settings));
  const listed = server.id_token_signing_alg_values_supported ?? ['RS256'];
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: PATIENCE_MS,
    cacheMaxAge: REMEMBERED_MS,
  });
  const provider: Provider = {
    issuer: server.issuer,
    algorithms: listed.filter((name) => ASYMMETRIC.test(name)),
    // What goes wrong on the way to the keys is not the fault of the token.
    keys: (header, input) =>
      remote(header, input).catch((error) => {
        if (
          error instanceof errors.JWKSNoMatchingKey ||
          error instanceof errors.JWKSMultipleMatchingKeys
        )
          throw error;
        return unavailable();
      }),
  };
  known = { provider, until: Date.now() + REMEMBERED_MS };
  return provider;
}
