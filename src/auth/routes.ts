import type { Env, SignInSettings } from '../env.ts';
import { ApiError } from '../errors.ts';
import { reasonOf } from '../failures.ts';
import { envelope } from '../http/response.ts';
import { type Scope, scopes, superuserScopes } from '../permissions.ts';
import { isWithin } from '../rate-limits.ts';
import type { Context, PublicRoute } from '../route.ts';
import { attemptCookies, noAttemptCookie, takeAttempt } from './attempt.ts';
import { beginSignIn, canSignInAt, finishSignIn } from './openid.ts';
import { noSessionCookie, openSession, requireSameOrigin, sessionCookie } from './session.ts';
import { SignInFailure } from './sign-in-failure.ts';
import { endSession, findSession, type SignInResult, startSession } from './statements.ts';

/** Where every way of signing in and out ends. Never taken from a request. */
const SETTINGS = '/settings';

/** Sends the browser to the provider. */
const login: PublicRoute = {
  method: 'GET',
  path: '/auth/login',
  scopes: null,
  limited: true,
  async handler(request, { env, log }) {
    try {
      const settings = settingsFor(request, env);
      const { location, attempt } = await beginSignIn(settings, redirectUri(request));
      const cookies = await attemptCookies(attempt, request, settings.sessionSecrets);
      return redirect(302, location, cookies);
    } catch (error) {
      return failed(error, log, []);
    }
  },
};

/** Takes the browser back from the provider, signed in or not. One database request at most. */
const callback: PublicRoute = {
  method: 'GET',
  path: '/auth/callback',
  scopes: null,
  async handler(request, { env, log, client, query, requestId }) {
    let ended: string[] = []; // Never the cookies of attempts in other tabs.
    try {
      const settings = settingsFor(request, env);
      const url = new URL(request.url);
      const state = url.searchParams.get('state') ?? '';
      const attempt = await takeAttempt(state, request, settings.sessionSecrets);
      if (!attempt) throw new SignInFailure('failed', 'no sign-in was started');
      ended = [noAttemptCookie(attempt)];
      // Only now, when it is about to ask the provider: what any page can send counts for nothing.
      if (!(await isWithin(env.limits.address, `/auth/callback ${client}`)))
        throw new SignInFailure('unavailable', 'too many sign-ins from one address');
      const identity = await finishSignIn(settings, attempt, redirectUri(request), url);
      const id = crypto.randomUUID();
      // The session has an id of its own, so a repeat has the result of the first attempt.
      const effect = { settles: () => true };
      const { createsUsers } = settings;
      const start = { id, identity, createsUsers, requestId };
      const userId = userOf(await query((db) => startSession(db, start), effect));
      const session = await sessionCookie({ id, userId }, settings.sessionSecrets);
      return redirect(303, SETTINGS, [session, ...ended]);
    } catch (error) {
      return failed(error, log, ended);
    }
  },
};

/** Ends the session, not only in this browser. */
const logout: PublicRoute = {
  method: 'POST',
  path: '/auth/logout',
  scopes: null,
  async handler(request, { env, query }) {
    requireSameOrigin(request);
    const session = env.signIn && (await openSession(request, env.signIn.sessionSecrets));
    // To end it twice is to end it once.
    if (session) await query((db) => endSession(db, session), { settles: () => true });
    return redirect(303, SETTINGS, [noSessionCookie()]);
  },
};

/** Who is signed in. */
const currentSession: PublicRoute = {
  method: 'GET',
  path: '/auth/session',
  scopes: null,
  async handler(request, { env, query }) {
    const session = env.signIn && (await openSession(request, env.signIn.sessionSecrets));
    const user = session && (await query((db) => findSession(db, session), 'repeatable'));
    if (!user) throw new ApiError('not_signed_in', 'Sign in at /auth/login.');
    const { expires_at, ...person } = user;
    const granted = scopesOf(user.is_superuser);
    return envelope('Data retrieved successfully', { ...person, scopes: granted, expires_at });
  },
};

/** For browsers only, on their way to and from the Settings page: openapi.json leaves them out. */
export const signInRoutes: readonly PublicRoute[] = [login, callback, logout, currentSession];

/** The user whose session has begun. Throws a SignInFailure if none has. */
function userOf(result: SignInResult | undefined): string {
  switch (result?.verdict) {
    case 'started':
      return result.user_id;
    case 'unknown_user':
      throw new SignInFailure('unknown_user', 'no user has this identity');
    case 'inactive_user':
      throw new SignInFailure('inactive_user', 'the user is inactive');
    default:
      result satisfies undefined;
      throw new TypeError('unknown verdict of start_session');
  }
}

/** Throws if nobody can sign in where the request was sent to. */
function settingsFor(request: Request, { signIn }: Env): SignInSettings {
  if (!signIn || !canSignInAt(new URL(request.url), signIn))
    throw new SignInFailure('unavailable', 'signing in is not configured');
  return signIn;
}

const redirectUri = (request: Request): string => `${new URL(request.url).origin}/auth/callback`;

/** Not Response.redirect, whose headers cannot be added to. */
function redirect(status: 302 | 303, location: string, cookies: readonly string[]): Response {
  const headers = new Headers({ Location: location });
  for (const cookie of cookies) headers.append('Set-Cookie', cookie);
  return new Response(null, { status, headers });
}

/** Reports the failure on the page, in one word of ours, and in the log. */
function failed(error: unknown, log: Context['log'], cookies: readonly string[]): Response {
  const failure =
    error instanceof SignInFailure
      ? error
      : new SignInFailure('failed', reasonOf(error) ?? 'an unexpected error');
  log.fault = failure.message;
  return redirect(303, `${SETTINGS}?sign_in=${failure.kind}`, cookies);
}

/** What a key of this user can do at most. */
const scopesOf = (isSuperuser: boolean): Scope[] =>
  scopes.filter((scope) => isSuperuser || !(superuserScopes as readonly Scope[]).includes(scope));
