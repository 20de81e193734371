import { NDJSON } from '../../../src/http/body.ts';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectStatus } from '../check.ts';
import type { ApiResponse } from '../contract.ts';
import type { Subject } from '../subject.ts';

/** An item, or a result, of a batch. */
type Item = Record<string, unknown>;

/** Sends updates of the user. If the key requires a condition and an item has none, it gets one. */
function send(
  { api, own, options }: Subject,
  items: readonly Item[],
  headers: Record<string, string> = {},
): Promise<ApiResponse> {
  const body = items.map((item) => ({
    id: options.user,
    ...(own.require_precondition && !('base_version' in item) && { if_match: '*' }),
    ...item,
  }));
  const isLines = headers['Content-Type'] === NDJSON;
  return api.send({
    method: 'PATCH',
    path: '/api/v1/user',
    headers,
    body: isLines ? body.map((item) => `${JSON.stringify(item)}\n`).join('') : body,
  });
}

const LINES = { 'Content-Type': NDJSON };

/** Returns the status and the code of each result. */
const outcomes = (results: readonly Item[]) =>
  results.map(({ status, problem }) => [status, (problem as Item | undefined)?.['code'] ?? null]);

export const batches: Topic = {
  name: 'Batches',
  needs: ['user:write'],
  cases: [
    {
      name: 'the items are applied in order, and each has a result with the new version',
      async run(subject) {
        const [state, country] = [subject.text(), subject.text()];
        const { version } = await subject.now();
        const response = await send(subject, [
          { fields: { state: subject.text() }, if_match: version },
          { fields: { state } },
          { fields: { country }, base_version: version },
        ]);
        const { meta, data } = expectStatus(response, 200).body;
        expectEqual('meta', meta, { updated: 3, failed: 0 });
        const now = await subject.now();
        expectEqual(
          'state and country',
          [now.user['state'], now.user['country']],
          [state, country],
        );
        expectEqual('the last etag', data[2].etag, now.version);
        expectEqual('merged_from', data[2].merged_from, Number(version.replaceAll('"', '')));
      },
    },
    {
      name: 'an item that fails has the problem of a PUT, and does not affect the others',
      async run(subject) {
        const state = subject.text();
        const response = await send(subject, [
          { fields: { first_nam: 'Ada' } },
          { fields: { state } },
          { fields: {}, if_match: '"99999999"' },
          { id: 'x', fields: {} },
        ]);
        const { meta, data } = expectStatus(response, 200).body;
        expectEqual('meta', meta, { updated: 1, failed: 3 });
        expectEqual('the results', outcomes(data), [
          [422, 'validation_failed'],
          [200, null],
          [412, 'precondition_failed'],
          [422, 'validation_failed'],
        ]);
        expectEqual('the pointer', data[0].problem.errors[0].pointer, '/first_nam');
        expectEqual('the stored state', (await subject.now()).user['state'], state);
      },
    },
    {
      name: 'atomic changes nothing if an item fails, and lists the items that failed',
      async run(subject) {
        const before = await subject.now();
        const items = [
          { fields: { state: subject.text() } },
          { fields: {}, if_match: '"99999999"' },
        ];
        const response = await send(subject, items, { Prefer: 'atomic' });
        expectError(response, 409, 'batch_failed');
        const [failed, ...more] = response.body.items ?? [];
        expectEqual('the item', [failed?.index, failed?.status, more], [1, 412, []]);
        expectEqual('the user', await subject.now(), before);
        const good = await send(subject, items.slice(0, 1), { Prefer: 'atomic' });
        expectEqual('Preference-Applied', good.headers.get('Preference-Applied'), 'atomic');
        expectEqual('meta', expectStatus(good, 200).body.meta, { updated: 1, failed: 0 });
      },
    },
    {
      name: 'validate-only reports the results and writes nothing',
      async run(subject) {
        const before = await subject.now();
        const items = [{ fields: { state: subject.text() } }, { fields: { first_nam: 'Ada' } }];
        const response = await send(subject, items, { Prefer: 'validate-only' });
        const { meta } = expectStatus(response, 200).body;
        expectEqual('meta', meta, { updated: 1, failed: 1, validate_only: true });
        expectEqual('the user', await subject.now(), before);
      },
    },
    {
      name: 'an item with the same idempotency_key takes effect once, also as a PUT',
      async run(subject) {
        const [state, key] = [subject.text(), subject.text()];
        const [any, headers] = subject.own.require_precondition
          ? [{ if_match: '*' }, { 'If-Match': '*' }]
          : [{}, {}];
        const item = { fields: { state }, idempotency_key: key, ...any };
        expectStatus(await send(subject, [item]), 200);
        expectStatus(await subject.put({ state: subject.text() }), 200);
        const { data } = expectStatus(await send(subject, [item]), 200).body;
        expectEqual('replayed', data[0].replayed, true);
        const put = await subject.put({ state }, { 'Idempotency-Key': `"${key}"`, ...headers });
        expectEqual('Idempotency-Replayed', put.headers.get('Idempotency-Replayed'), 'true');
      },
    },
    {
      name: 'lines get lines, without an envelope',
      async run(subject) {
        const items = [{ fields: { state: subject.text() } }, { fields: { first_nam: 'Ada' } }];
        const response = expectStatus(await send(subject, items, LINES), 200);
        const lines = response.body.map((line: unknown) => line ?? {});
        expectEqual('the results', outcomes(lines), [
          [200, null],
          [422, 'validation_failed'],
        ]);
      },
    },
    {
      name: 'a body without items, and headers that belong to items, are refused',
      async run(subject) {
        const path = '/api/v1/user';
        for (const body of [[], {}])
          expectError(
            await subject.api.send({ method: 'PATCH', path, body }),
            422,
            'validation_failed',
          );
        for (const header of ['If-Match', 'Base-Version', 'Idempotency-Key'])
          expectError(
            await send(subject, [{ fields: {} }], { [header]: '"1"' }),
            400,
            'malformed_header',
          );
      },
    },
  ],
};
