import * as v from 'valibot';
import type { KeyDraft } from './db/api-keys.ts';
import type { Violation } from './errors.ts';
import { type KeyRole, keyRoles, type Scope, scopes } from './permissions.ts';
import { bySchema, checkId, checkMembers, demandNone } from './validation.ts';
import { boolean, CONTROL_BUT_TAB_AND_NEWLINE, dateTime, isUuid, plainText } from './values.ts';

/** The longest time that a rotated key may live on: 7 days, in seconds. */
export const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;
const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;

const roleNames = Object.keys(keyRoles) as KeyRole[];
const scopeNames = Object.keys(scopes) as Scope[];
const oneOf = (names: readonly string[]) => `must be one of ${names.join(', ')}`;

const name = v.pipe(plainText(100), v.nonEmpty('must not be empty'));
const role = v.picklist(roleNames, oneOf(roleNames));
const someScopes = v.pipe(
  v.array(v.picklist(scopeNames, oneOf(scopeNames)), 'must be a list of scopes'),
  v.nonEmpty('must not be empty'),
  v.transform((list) => [...new Set(list)]),
);
const description = plainText(1000, CONTROL_BUT_TAB_AND_NEWLINE);
const expiry = v.nullable(dateTime);
const grace = v.pipe(
  v.number('must be a number of seconds'),
  v.integer('must be a whole number of seconds'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(MAX_GRACE_SECONDS, `must be at most ${MAX_GRACE_SECONDS} seconds, which is 7 days`),
);

/** Checks the body that asks for a new key. Throws validation_failed. */
export function parseKeyDraft(body: unknown, now: Date): KeyDraft {
  const sent: { name?: string; role?: KeyRole; scopes?: Scope[] } = {};
  const rest = { description: '', expires_at: null as string | null, require_precondition: false };
  const violations = checkMembers(body, {
    name: bySchema('name', name, (value) => Object.assign(sent, { name: value })),
    role: bySchema('role', role, (value) => Object.assign(sent, { role: value })),
    scopes: bySchema('scopes', someScopes, (value) => Object.assign(sent, { scopes: value })),
    description: bySchema('description', description, (value) =>
      Object.assign(rest, { description: value }),
    ),
    expires_at: bySchema('expires_at', expiry, (value) =>
      Object.assign(rest, { expires_at: value }),
    ),
    require_precondition: bySchema('require_precondition', boolean, (value) =>
      Object.assign(rest, { require_precondition: value }),
    ),
  });
  const has = (member: string) => typeof body === 'object' && body !== null && member in body;
  if (violations.length === 0 && !has('name')) violations.push(required('name'));
  if (violations.length === 0 && has('role') === has('scopes'))
    violations.push({
      pointer: '/role',
      code: 'required',
      detail: 'Send either role or scopes, and not both.',
    });
  violations.push(...checkFuture(rest.expires_at, now));
  demandNone(violations);
  return {
    name: sent.name ?? '',
    description: rest.description,
    role: sent.role ?? null,
    scopes: sent.scopes ?? (sent.role ? keyRoles[sent.role] : []),
    expiresAt: rest.expires_at,
    requirePrecondition: rest.require_precondition,
  };
}

/** Checks the body that asks for a rotation. Throws validation_failed. */
export function parseRotation(id: string, body: unknown, now: Date) {
  const sent: { grace: number; expires_at?: string | null } = { grace: 0 };
  const violations = [
    ...checkId('key_id', id),
    ...checkMembers(body, {
      grace: bySchema('grace', grace, (value) => Object.assign(sent, { grace: value })),
      expires_at: bySchema('expires_at', expiry, (value) =>
        Object.assign(sent, { expires_at: value }),
      ),
    }),
  ];
  demandNone([...violations, ...checkFuture(sent.expires_at, now)]);
  return { id, graceSeconds: sent.grace, expiresAt: sent.expires_at };
}

/** Checks the body that reports a key; answers the text that it reports. Throws validation_failed. */
export function parseReport(body: unknown): string {
  let key: string | undefined;
  const text = v.string('must be a string');
  const violations = checkMembers(body, {
    key: bySchema('key', text, (value) => {
      key = value as string;
    }),
  });
  if (violations.length === 0 && key === undefined) violations.push(required('key'));
  demandNone(violations);
  return key ?? '';
}

/** Checks the query of a list: `limit`, 1 to 100, and the `cursor` that a page before has answered. */
export function parsePage(query: URLSearchParams): { limit: number; after: string | undefined } {
  const limit = query.get('limit') ?? `${DEFAULT_PAGE}`;
  const after = query.get('cursor') ?? undefined;
  const violations: Violation[] = [];
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_PAGE)
    violations.push({
      parameter: 'limit',
      code: 'out_of_range',
      detail: `limit must be a whole number from 1 to ${MAX_PAGE}.`,
    });
  if (after !== undefined && !isUuid(after))
    violations.push({
      parameter: 'cursor',
      code: 'invalid_format',
      detail: 'cursor must be the next_cursor of the page before.',
    });
  demandNone(violations);
  return { limit: Number(limit), after };
}

const required = (member: string): Violation => ({
  pointer: `/${member}`,
  code: 'required',
  detail: `${member} must be there.`,
});

const checkFuture = (expiresAt: string | null | undefined, now: Date): Violation[] =>
  expiresAt && new Date(expiresAt) <= now
    ? [
        {
          pointer: '/expires_at',
          code: 'out_of_range',
          detail: 'expires_at must be in the future.',
        },
      ]
    : [];
