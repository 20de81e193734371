import { errorCatalogue } from '../../src/errors.ts';
import type { ApiResponse as Real } from '../support/contract.ts';
import type { UserRequest } from './world.ts';

/** Errors that a request about a user cannot receive here: those of other routes, limits and faults. */
const ELSEWHERE = [
  'not_signed_in',
  'cross_origin_request',
  'route_not_found',
  'key_not_found',
  'method_not_allowed',
  // Other worlds have superusers too.
  'last_superuser',
  'too_many_keys',
  'invalid_token_request',
  'invalid_id_token',
  'unknown_identity',
  'token_exchange_disabled',
  'provider_unavailable',
  'address_not_allowed',
  'batch_failed',
  'cursor_expired',
  'webhook_not_found',
  'too_many_webhooks',
  'key_not_live',
  'key_already_used',
  'request_timeout',
  'rate_limited',
  'internal_error',
  'database_unavailable',
  'database_busy',
  'outcome_unknown',
];

/** Features of requests other than errors, and how to recognize them. */
const EVENTS: Record<string, (request: UserRequest, real: Real) => boolean> = {
  'GET 200': ({ method }, { status }) => method === 'GET' && status === 200,
  'GET 304': ({ method }, { status }) => method === 'GET' && status === 304,
  'GET 412': ({ method }, { status }) => method === 'GET' && status === 412,
  'HEAD 200': ({ method }, { status }) => method === 'HEAD' && status === 200,
  'PUT 200': ({ method }, { status }) => method === 'PUT' && status === 200,
  'PATCH 200': ({ method }, { status }) => method === 'PATCH' && status === 200,
  'return=minimal': ({ action }, { status }) => action !== 'erase' && status === 204,
  created: ({ action }, { status }) => action === 'create' && status === 201,
  'created without a body': ({ action }, { status }) => action === 'create' && status === 204,
  'validate-only created': ({ action }, { status }) => action === 'create' && status === 200,
  'create email_taken': ({ action }, { body }) =>
    action === 'create' && body?.code === 'email_taken',
  'reverted to a version': ({ revert }, { status }) =>
    revert !== undefined && 'version' in revert && status === 200,
  undone: ({ revert }, { status }) => revert !== undefined && 'undo' in revert && status === 200,
  'undo edit_conflict': ({ revert }, { body }) =>
    revert !== undefined && body?.code === 'edit_conflict',
  erased: ({ action, validateOnly }, { status }) =>
    action === 'erase' && !validateOnly && status === 204,
  'erase 412': ({ action }, { status }) => action === 'erase' && status === 412,
  found: ({ action, email }, { body }) =>
    action === 'list' && email !== undefined && body?.data?.length === 1,
  'found no user': ({ action }, { body }) => action === 'list' && body?.data?.length === 0,
  'listed only the owner': ({ action, email }, { status }) =>
    action === 'list' && email === undefined && status === 200,
  'listed changes': ({ action }, { body }) => action === 'changes' && body?.data?.length > 1,
  'read a version': ({ action }, { status }) => action === 'version' && status === 200,
  exported: ({ action }, { status }) => action === 'export' && status === 200,
  'replay 201': (_, real) => isReplay(real) && real.status === 201,
  'replay erased': ({ action }, real) => isReplay(real) && action === 'erase',
  'If-Match holds': ({ ifMatch, method }, { status }) =>
    method !== 'GET' && ifMatch !== undefined && ifMatch !== '*' && status === 200,
  'If-None-Match holds': ({ ifNoneMatch, method }, { status }) =>
    method !== 'GET' && ifNoneMatch !== undefined && status === 200,
  'If-None-Match fails': ({ ifNoneMatch, ifMatch, baseVersion, method }, { status }) =>
    method !== 'GET' &&
    ifNoneMatch !== undefined &&
    ifMatch === undefined &&
    baseVersion === undefined &&
    status === 412,
  'Base-Version current': ({ baseVersion, validateOnly }, { status, body }) =>
    baseVersion !== undefined && !validateOnly && status === 200 && !body.meta.merged_from,
  'Base-Version merged': ({ validateOnly }, { body }) => !validateOnly && body?.meta?.merged_from,
  'Base-Version refused': ({ baseVersion, ifMatch, ifNoneMatch }, { status }) =>
    baseVersion !== undefined &&
    ifMatch === undefined &&
    ifNoneMatch === undefined &&
    status === 412,
  'validate-only': ({ validateOnly }, { status }) => validateOnly && status === 200,
  'validate-only merged': ({ validateOnly }, { body }) => validateOnly && body?.meta?.merged_from,
  'validate-only edit_conflict': ({ validateOnly }, { body }) =>
    validateOnly && body?.code === 'edit_conflict',
  'validate-only email_taken': ({ validateOnly }, { body }) =>
    validateOnly && body?.code === 'email_taken',
  'validate-only reference_not_found': ({ validateOnly }, { body }) =>
    validateOnly && body?.code === 'reference_not_found',
  'replay 200': (_, real) => isReplay(real) && real.status === 200,
  'replay 204': (_, real) => isReplay(real) && real.status === 204,
  'replay field_not_writable': (_, real) => isReplay(real, 'field_not_writable'),
  'replay precondition_failed': (_, real) => isReplay(real, 'precondition_failed'),
  'replay edit_conflict': (_, real) => isReplay(real, 'edit_conflict'),
};

const isReplay = ({ headers, body }: Real, code?: string): boolean =>
  headers.has('idempotency-replayed') && (code === undefined || body?.code === code);

/** Counts what a run has covered, so that the test can fail if something is missing. */
export class Coverage {
  readonly counts = new Map<string, number>(
    [
      ...Object.keys(errorCatalogue).filter((code) => !ELSEWHERE.includes(code)),
      ...Object.keys(EVENTS),
      'batch',
      'atomic batch',
      'atomic batch that failed',
      'race',
      'race with two different statuses',
    ].map((name) => [name, 0]),
  );

  note(request: UserRequest, real: Real): void {
    if (real.body?.code) this.count(real.body.code);
    for (const [name, happened] of Object.entries(EVENTS))
      if (happened(request, real)) this.count(name);
  }

  noteRace(a: Real, b: Real, raced: boolean): void {
    this.count('race');
    if (raced) this.count('race decided by an Idempotency-Key');
    if (a.status !== b.status) this.count('race with two different statuses');
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** Returns what the run has not covered. */
  get missing(): string[] {
    return [...this.counts].filter(([, count]) => count === 0).map(([name]) => name);
  }
}
