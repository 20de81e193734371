import { randomUUID } from 'node:crypto';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectErrorAt, expectStatus } from '../check.ts';
import type { ApiResponse } from '../contract.ts';

const newKey = () => ({ 'Idempotency-Key': `"conform-${randomUUID()}"` });
const replayed = ({ headers }: ApiResponse) => headers.get('Idempotency-Replayed');

export const idempotency: Topic = {
  name: 'Idempotency',
  needs: ['user:write'],
  cases: [
    {
      name: 'a repeat returns the first response, marks it as replayed and has no effect',
      async run(subject) {
        const headers = newKey();
        const body = { state: subject.text() };
        const first = expectStatus(await subject.put(body, headers), 200);
        expectStatus(await subject.put({ state: subject.text() }), 200);
        const before = await subject.now();
        const again = expectStatus(await subject.put(body, headers), 200);
        expectEqual('Idempotency-Replayed', [replayed(first), replayed(again)], [null, 'true']);
        expectEqual('the body', again.text, first.text);
        expectEqual('the ETag', again.headers.get('ETag'), first.headers.get('ETag'));
        expectEqual('the user', await subject.now(), before);
      },
    },
    {
      name: 'a key is the same with quotation marks, without them and with parameters',
      async run(subject) {
        const text = `conform-${randomUUID()}`;
        const body = { state: subject.text() };
        expectStatus(await subject.put(body, { 'Idempotency-Key': text }), 200);
        for (const key of [`"${text}"`, `"${text}";v=1`])
          expectEqual(
            `Idempotency-Replayed of ${key}`,
            replayed(expectStatus(await subject.put(body, { 'Idempotency-Key': key }), 200)),
            'true',
          );
      },
    },
    {
      name: 'a repeat is recognized with members in another order, and with PATCH',
      async run(subject) {
        const headers = newKey();
        const [state, country] = [subject.text(), subject.text()];
        expectStatus(await subject.put({ state, country }, headers), 200);
        for (const method of ['PUT', 'PATCH'])
          expectEqual(
            `Idempotency-Replayed of ${method}`,
            replayed(await subject.put({ country, state }, headers, method)),
            'true',
          );
      },
    },
    {
      name: 'a repeat is replayed although its If-Match no longer matches',
      async run(subject) {
        const headers = { ...newKey(), 'If-Match': (await subject.now()).version };
        const body = { state: subject.text() };
        expectStatus(await subject.put(body, headers), 200);
        expectEqual(
          'Idempotency-Replayed',
          replayed(expectStatus(await subject.put(body, headers), 200)),
          'true',
        );
      },
    },
    {
      name: 'another request under the same key is refused',
      async run(subject) {
        const headers = newKey();
        const body = { state: subject.text() };
        expectStatus(await subject.put(body, headers), 200);
        const { version } = await subject.now();
        const others: [object, Record<string, string>][] = [
          [{ state: subject.text() }, headers],
          [body, { ...headers, 'If-Match': version }],
          [body, { ...headers, 'Base-Version': version }],
        ];
        for (const [other, sent] of others)
          expectError(await subject.put(other, sent), 422, 'idempotency_key_reused');
      },
    },
    {
      name: 'a refusal that depends on the user is replayed too',
      async run(subject) {
        const headers = { ...newKey(), 'If-Match': '"0"' };
        const body = { state: subject.text() };
        const first = expectError(await subject.put(body, headers), 412, 'precondition_failed');
        const again = expectError(await subject.put(body, headers), 412, 'precondition_failed');
        expectEqual('Idempotency-Replayed', [replayed(first), replayed(again)], [null, 'true']);
      },
    },
    {
      name: 'a refusal of the request itself leaves the key unused',
      async run(subject) {
        const headers = newKey();
        expectError(await subject.put({ email: null }, headers), 422, 'validation_failed');
        const response = expectStatus(await subject.put({ state: subject.text() }, headers), 200);
        expectEqual('Idempotency-Replayed', replayed(response), null);
      },
    },
    {
      name: 'two identical requests at once take effect once, and both receive the same response',
      async run(subject) {
        const headers = newKey();
        const body = { state: subject.text() };
        const { version } = await subject.now();
        const twins = await Promise.all([subject.put(body, headers), subject.put(body, headers)]);
        expectEqual(
          'the statuses',
          twins.map(({ status }) => status),
          [200, 200],
        );
        expectEqual('the bodies', twins[0]?.text, twins[1]?.text);
        expectEqual(
          'Idempotency-Replayed',
          twins.filter((twin) => replayed(twin) === 'true').length,
          1,
        );
        const next = `"${Number(version.replaceAll('"', '')) + 1}"`;
        expectEqual('the version', (await subject.now()).version, next);
      },
    },
    {
      name: 'a malformed key is refused, and the error names the header',
      async run(subject) {
        for (const key of ['a b', '""', '"a', '"a\\b"', `"${'x'.repeat(256)}"`]) {
          const response = await subject.put({}, { 'Idempotency-Key': key });
          expectError(response, 400, 'malformed_header');
          expectErrorAt(response, { header: 'Idempotency-Key' }, 'invalid_format');
        }
      },
    },
  ],
};
