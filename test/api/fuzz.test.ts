import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { schemaFaults } from '../support/contract.ts';
import { type DocumentedOperation, type Json, operations, resolve } from '../support/document.ts';
import { type Draft, spoiltDraft, validDraft } from '../support/fuzz-requests.ts';
import { FuzzWorld } from '../support/fuzz-world.ts';
import { signInVariables, usePeople } from '../support/oidc-people.ts';
import { useStack } from '../support/stack.ts';

// Requests made from the document. None gets a 5xx or an undocumented response, and of each operation
// valid ones are accepted. FUZZ_SEED repeats a run, and FUZZ_RUNS makes it longer.

const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 2000);
const LANES = 8;
/**
 * Fewest accepted requests of an operation, as a share of its valid ones. Conditions chosen at random
 * seldom hold, so of some operations only 0.6 are accepted; of 25, it is now and then fewer than 0.5.
 */
const ACCEPTED = 0.2;

const variables = await signInVariables();
const stack = useStack({ ...variables, DB_TIMEOUT_MS: '60000', WEBHOOKS_LOOPBACK: 'on' });
const people = usePeople(stack, variables);
let world: FuzzWorld;
beforeAll(async () => {
  world = await FuzzWorld.make(stack, people, LANES);
});

const OF_CHANGES = ['precondition_failed', 'idempotency_key_reused'];
const OF_VALUES = ['email_taken', 'reference_not_found'];
const OF_UPDATES = [...OF_CHANGES, ...OF_VALUES, 'edit_conflict'];

/** Errors that a valid request may get because of the state of the server. */
const stateErrors: Readonly<Record<string, readonly string[]>> = {
  createUser: [...OF_VALUES, 'user_exists', 'user_erased', 'idempotency_key_reused'],
  getUser: ['precondition_failed'],
  updateUser: OF_UPDATES,
  updateUsers: ['batch_failed'],
  patchUser: OF_UPDATES,
  eraseUser: OF_CHANGES,
  replayWebhook: ['validation_failed', 'cursor_expired'],
  getVersion: ['precondition_failed', 'version_not_found'],
  revertUser: [...OF_UPDATES, 'version_not_found'],
};

/** Returns what is wrong with the response to a request, or undefined. */
async function faultOf(at: DocumentedOperation, draft: Draft, lane: number) {
  try {
    const { status, text, body } = await world.send(draft, lane);
    const isAccepted = status < 400;
    if (isAccepted) accepted.set(at.id, (accepted.get(at.id) ?? 0) + 1);
    if (isAccepted && !isInOrder(at, draft)) return `returned ${status}`;
    if (isAccepted && at.id === 'updateUsers') return faultOfItems(text);
    if (status < 500 && (isAccepted || draft.spoilt.length > 0)) return undefined;
    if (status < 500 && stateErrors[at.id]?.includes(body.code)) return undefined;
    return `returned ${status} ${text}`;
  } catch (error) {
    return String(error);
  }
}

/** Returns the first item that failed on the side of the server. */
const faultOfItems = (text: string): string | undefined => /\{[^{}]*"status":5.*/.exec(text)?.[0];

/** Whether the document allows the query and the body of the request. */
function isInOrder(at: DocumentedOperation, draft: Draft): boolean {
  if (draft.method !== at.method || draft.path !== at.path) return true;
  return isQueryInOrder(at, draft) && isBodyInOrder(at, draft);
}

/** Operations without parameters in the query ignore it. */
function isQueryInOrder({ operation }: DocumentedOperation, { query }: Draft): boolean {
  const schemas = new Map<string, Json>(
    operation.parameters
      .map(resolve)
      .filter((parameter: Json) => parameter.in === 'query')
      .map(({ name, schema }: Json) => [name, schema]),
  );
  return (
    schemas.size === 0 ||
    Object.entries(query).every(
      ([name, value]) =>
        name === 'api_key' ||
        (schemas.has(name) && schemaFaults(name, schemas.get(name), value).length === 0),
    )
  );
}

/** Of a batch each item has a result of its own, which batch.test.ts compares with that of a PUT. */
function isBodyInOrder({ id, operation }: DocumentedOperation, draft: Draft): boolean {
  if (id === 'updateUsers') return true;
  const [content] = Object.values<Json>(operation.requestBody?.content ?? {});
  if (!content || !draft.body || !('json' in draft.body)) return true;
  return (
    schemaFaults('body', content.schema, JSON.parse(JSON.stringify(draft.body.json))).length === 0
  );
}

const accepted = new Map<string, number>();

/** Runs all of them, a few at a time. */
async function faultsOf(requests: readonly { at: DocumentedOperation; draft: Draft }[]) {
  const faults: string[] = [];
  const rest = requests.values();
  const lane = async (_: unknown, number: number) => {
    for (const { at, draft } of rest) {
      const fault = await faultOf(at, draft, number);
      if (fault) faults.push(`${at.id} ${JSON.stringify(draft).slice(0, 3000)}\n${fault}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return faults;
}

test(`${RUNS} requests with seed ${SEED}`, async () => {
  const each = Math.ceil(RUNS / operations.length / 2);
  const requests = operations.flatMap((at, i) =>
    [validDraft(at), spoiltDraft(at)].flatMap((drafts, j) =>
      fc.sample(drafts, { seed: SEED + 2 * i + j, numRuns: each }).map((draft) => ({ at, draft })),
    ),
  );
  const faults = await faultsOf(requests);
  if (faults.length > 0)
    expect.fail(`${faults.length} with FUZZ_SEED=${SEED}:\n${faults.slice(0, 5).join('\n\n')}`);
  for (const { id } of operations)
    expect([id, (accepted.get(id) ?? 0) >= each * ACCEPTED]).toEqual([id, true]);
}, 300_000);
