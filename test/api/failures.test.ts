import { NeonDbError } from '@neondatabase/serverless';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { AuthorizationResponseError, ResponseBodyError } from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { asSignInFailure } from '../../src/auth/sign-in-failure.ts';
import { ConstraintViolation, classify, DatabaseFault } from '../../src/db/faults.ts';
import { ConfigurationError } from '../../src/env.ts';
import { ApiError } from '../../src/errors.ts';
import { asApiError, reasonOf } from '../../src/failures.ts';

/** What the text of an error may contain: SQL, a connection string, personal data. */
const PRIVATE = `update users set email = 'ada@example.com' -- postgresql://u:pw@host/d`;

/** Returns an error of a library, whose message, cause and properties must stay private. */
const foreign = (error: Error) =>
  Object.assign(error, { detail: PRIVATE, query: PRIVATE, stack: PRIVATE, cause: PRIVATE });

class DataError extends Error {
  override name = 'DataError';
}

const FOREIGN: [string, unknown, string][] = [
  ['an Error', foreign(new Error(PRIVATE)), 'Error'],
  ['a TypeError', foreign(new TypeError(PRIVATE)), 'TypeError'],
  ['an error of its own class', foreign(new DataError(PRIVATE)), 'DataError'],
  ['a DOMException', new DOMException(PRIVATE, 'DataCloneError'), 'DataCloneError'],
  ['a text', PRIVATE, 'string'],
  ['an object', { message: PRIVATE, name: PRIVATE }, 'object'],
  ['nothing', undefined, 'undefined'],
];

describe('of a foreign error', () => {
  test.each(FOREIGN)('only the class is logged: %s', (_, error, kind) =>
    expect(reasonOf(error)).toBe(kind),
  );

  test.each(FOREIGN)('nothing reaches the response: %s', (_, error) => {
    for (const [databaseRequests, outcome] of [
      [0, 'not_applied'],
      [1, 'unknown'],
    ] as const) {
      const { code, message, extras } = asApiError(error, databaseRequests);
      expect([code, extras]).toEqual(['internal_error', { outcome }]);
      expect(message).not.toContain('ada@');
    }
  });

  test.each(FOREIGN)('only our own words are returned if it ends a sign-in: %s', (_, error) => {
    const { kind, message } = asSignInFailure(error);
    expect([kind, message]).toEqual(['failed', 'the provider cannot be reached']);
  });
});

describe('of our own error', () => {
  test.each([
    [new ConstraintViolation('users_email_key'), 'constraint users_email_key'],
    [new DatabaseFault('defect', 'not_applied', 'SQLSTATE 42703'), 'SQLSTATE 42703'],
    [new ConfigurationError('missing: A'), 'missing: A'],
    [new ApiError('email_taken', 'Another user has it.'), undefined],
  ])('the reason is logged, unless the client caused it: %s', (error, reason) =>
    expect(reasonOf(error)).toBe(reason),
  );
});

describe('of an error of the provider', () => {
  const parameters = new URLSearchParams({ error: PRIVATE, error_description: PRIVATE });
  const response = new Response(null, { status: 400 });

  test.each([
    [
      'in the callback',
      new AuthorizationResponseError(PRIVATE, { cause: parameters }),
      'the provider refused the sign-in',
    ],
    [
      'of the token endpoint',
      new ResponseBodyError(PRIVATE, { cause: { error: PRIVATE }, response }),
      'the provider refused the code: another error',
    ],
    [
      'that never came',
      new DOMException(PRIVATE, 'TimeoutError'),
      'the provider did not respond in time',
    ],
  ])('%s only our own words are logged', (_, error, reason) =>
    expect(asSignInFailure(error).message).toBe(reason),
  );
});

describe('of an error of the driver', () => {
  const thrown = (cause: Error) => new DrizzleQueryError(PRIVATE, [PRIVATE], cause);
  const neon = (message: string, properties: Partial<NeonDbError> = {}) =>
    thrown(Object.assign(new NeonDbError(message), { detail: PRIVATE }, properties));

  test.each([
    ['an SQLSTATE', neon(PRIVATE, { code: '42703' }), 'SQLSTATE 42703'],
    ['a constraint', neon(PRIVATE, { code: '23505', constraint: 'c' }), 'constraint c'],
    ['a status', neon(`Server error (HTTP status 502): ${PRIVATE}`), 'HTTP status 502'],
    [
      'a refused login',
      neon(`password authentication failed for user '${PRIVATE}'`, { code: '' }),
      'login refused',
    ],
    ['another message', neon(PRIVATE), 'connection lost'],
    ['a network error', thrown(new Error(PRIVATE)), 'connection lost'],
    ['no JSON', thrown(new SyntaxError(PRIVATE)), 'unreadable response'],
    ['anything else', new TypeError(PRIVATE), 'unreadable response'],
  ])('only the reason is kept: %s', (_, error, reason) => {
    const fault = classify(error, false);
    expect(fault.message).toBe(reason);
    expect(JSON.stringify({ ...fault, cause: fault.cause })).not.toContain('ada@');
  });
});

describe('whether a statement took effect and may be sent again at once', () => {
  const factsOf = (message: string, code?: string) => {
    const cause = Object.assign(new NeonDbError(message), code !== undefined && { code });
    return classify(new DrizzleQueryError('', [], cause), false);
  };
  const AGAIN = { kind: 'unavailable', outcome: 'not_applied', retry: true };
  const NOT_NOW = { kind: 'unavailable', outcome: 'not_applied', retry: false };
  const BUSY = { kind: 'busy', outcome: 'not_applied', retry: true };
  const IN_DOUBT = { kind: 'interrupted', outcome: 'unknown', retry: false };
  const DEFECT = { kind: 'defect', outcome: 'not_applied', retry: false };

  // biome-ignore format: a table
  test.each([
    [AGAIN, ['40001', '40P01', '57P01', '57P03', '08001', '08004']],
    [NOT_NOW, ['53000', '53100', '53300', '55006', '57014', '58000', '58030']],
    [BUSY, ['55P03']],
    [IN_DOUBT, ['40003', '57P02', '08000', '08003', '08006', '08007', '08P01']],
    [DEFECT, ['22P02', '23502', '42501', '42703', '42P01', 'XX000']],
  ])('follows from the SQLSTATE: %o %j', (meaning, codes) => {
    for (const code of codes) expect([code, factsOf('', code)]).toMatchObject([code, meaning]);
  });

  const status = (number: number, body: string) => `Server error (HTTP status ${number}): ${body}`;
  const UNREADABLE = { kind: 'unavailable', outcome: 'unknown', retry: false };

  test.each([
    [AGAIN, status(500, '{"message": "x", "neon:retryable":true}')],
    [AGAIN, status(500, '{"message": "Couldn\'t connect to compute node"}')],
    [AGAIN, status(500, '{"message": "Control plane request failed"}')],
    [AGAIN, status(500, '{"message": "Too many connections to this endpoint"}')],
    [AGAIN, status(500, '{"message": "Failed to acquire permit to connect to the database"}')],
    [AGAIN, status(500, '{"message": "no", "code": "57P03"}')],
    [UNREADABLE, status(500, '{"message": "no", "code": "57P02"}')],
    [UNREADABLE, status(502, '{"message": "no", "code": "57P03"}')],
    [UNREADABLE, status(500, '{"message": "internal"}')],
    [NOT_NOW, status(429, '{"message": "slow down"}')],
    [NOT_NOW, status(413, '{"message": "too large"}')],
    [UNREADABLE, status(408, '{"message": "late"}')],
  ])('follows from the message of the proxy: %o %s', (meaning, message) =>
    expect(factsOf(message)).toMatchObject(meaning),
  );
});
