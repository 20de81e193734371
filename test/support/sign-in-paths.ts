import type { Header } from '../../site/openapi/headers.ts';
import { limited, problemsOf, responseOf } from '../../site/openapi/responses.ts';
import type { Schema } from '../../site/openapi/schemas.ts';
import type { ErrorCode } from '../../src/errors.ts';

// The sign-in routes of browsers in the form of openapi.json, which does not have them. Their responses
// are compared with this document.

const Location: Header = {
  required: true,
  description: 'The next URL of the browser.',
  schema: { type: 'string', format: 'uri-reference', maxLength: 4000 },
  example: '/settings',
};
const cookie = {
  description: 'The cookie of the session or of the sign-in.',
  schema: {
    type: 'string',
    maxLength: 4000,
    pattern:
      '^__Host-(session|sign-in-[A-Za-z0-9_-]{8})=[A-Za-z0-9._-]*; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=[0-9]+$',
  },
  example: '__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
};
const redirect = (description: string, headers: object = {}): Schema => ({
  description,
  headers: { Location, ...headers },
});
const withCookie = { 'Set-Cookie': { ...cookie, required: true } };
const maybeWithCookie = { 'Set-Cookie': cookie };

const operation = (
  operationId: string,
  responses: Record<string, Schema>,
  errors: readonly ErrorCode[],
  security: readonly Schema[] = [],
) => ({
  operationId,
  security,
  parameters: [],
  'x-optional-headers': ['Request-Timeout', 'X-Request-Id'],
  responses: {
    ...responses,
    ...problemsOf(['malformed_header', 'internal_error', ...errors], false),
  },
});

const login = operation(
  'signIn',
  {
    302: redirect('To the provider.', withCookie),
    303: redirect('Back to the page, with the reason why sign-in is unavailable.'),
  },
  ['rate_limited'],
);

const session = responseOf({
  status: 200,
  description: 'The user who is signed in.',
  data: {
    type: 'object',
    properties: {
      email: { type: 'string', maxLength: 254 },
      first_name: { type: ['string', 'null'], maxLength: 255 },
      is_superuser: { type: 'boolean' },
      scopes: { type: 'array', items: { $ref: '#/components/schemas/Scope' } },
      expires_at: { type: 'string', format: 'date-time', maxLength: 64 },
    },
    required: ['email', 'first_name', 'is_superuser', 'scopes', 'expires_at'],
  },
  meta: { type: 'object', maxProperties: 0 },
  example: { message: 'Data retrieved successfully' },
});

/** By path and method, one for each of `signInRoutes`. */
export const signInPaths = {
  '/auth/login': { get: { ...login, responses: limited(login.responses) } },
  '/auth/callback': {
    get: operation(
      'finishSignIn',
      { 303: redirect('To the Settings page, signed in or with the reason.', maybeWithCookie) },
      [],
    ),
  },
  '/auth/logout': {
    post: operation('signOut', { 303: redirect('To the Settings page.', withCookie) }, [
      'cross_origin_request',
      'database_unavailable',
      'outcome_unknown',
    ]),
  },
  '/auth/session': {
    get: operation(
      'getSession',
      { 200: session },
      ['not_signed_in', 'database_unavailable'],
      [{ session: [] }],
    ),
  },
};
