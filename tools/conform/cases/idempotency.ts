import { randomUUID } from 'node:crypto';
import type { Topic } from '../case.ts';
import { answered, names, refused, same } from '../check.ts';
import type { Answer } from '../contract.ts';

const newKey = () => ({ 'Idempotency-Key': `"conform-${randomUUID()}"` });
const replayed = ({ headers }: Answer) => headers.get('Idempotency-Replayed');

export const idempotency: Topic = {
  name: 'Idempotency',
  needs: ['user:write'],
  cases: [
    {
      name: 'a repeat gets the first response, says so, and has no effect',
      async run(subject) {
        const headers = newKey();
        const body = { state: subject.text() };
        const first = answered(await subject.put(body, headers), 200);
        answered(await subject.put({ state: subject.text() }), 200);
        const before = await subject.now();
        const again = answered(await subject.put(body, headers), 200);
        same('Idempotency-Replayed', [replayed(first), replayed(again)], [null, 'true']);
        same('the body', again.text, first.text);
        same('the ETag', again.headers.get('ETag'), first.headers.get('ETag'));
        same('the user', await subject.now(), before);
      },
    },
    {
      name: 'a key means the same in quotation marks, bare and with parameters',
      async run(subject) {
        const text = `conform-${randomUUID()}`;
        const body = { state: subject.text() };
        answered(await subject.put(body, { 'Idempotency-Key': text }), 200);
        for (const key of [`"${text}"`, `"${text}";v=1`])
          same(
            `Idempotency-Replayed of ${key}`,
            replayed(answered(await subject.put(body, { 'Idempotency-Key': key }), 200)),
            'true',
          );
      },
    },
    {
      name: 'a repeat is one whatever the order of the members, and by PATCH too',
      async run(subject) {
        const headers = newKey();
        const [state, country] = [subject.text(), subject.text()];
        answered(await subject.put({ state, country }, headers), 200);
        for (const method of ['PUT', 'PATCH'])
          same(
            `Idempotency-Replayed of ${method}`,
            replayed(await subject.put({ country, state }, headers, method)),
            'true',
          );
      },
    },
    {
      name: 'a repeat gets the first response although its If-Match no longer holds',
      async run(subject) {
        const headers = { ...newKey(), 'If-Match': (await subject.now()).version };
        const body = { state: subject.text() };
        answered(await subject.put(body, headers), 200);
        same(
          'Idempotency-Replayed',
          replayed(answered(await subject.put(body, headers), 200)),
          'true',
        );
      },
    },
    {
      name: 'another request under the same key is refused',
      async run(subject) {
        const headers = newKey();
        const body = { state: subject.text() };
        answered(await subject.put(body, headers), 200);
        const { version } = await subject.now();
        const others: [object, Record<string, string>][] = [
          [{ state: subject.text() }, headers],
          [body, { ...headers, 'If-Match': version }],
          [body, { ...headers, 'Base-Version': version }],
        ];
        for (const [other, sent] of others)
          refused(await subject.put(other, sent), 422, 'idempotency_key_reused');
      },
    },
    {
      name: 'a refusal that depends on the user is kept too',
      async run(subject) {
        const headers = { ...newKey(), 'If-Match': '"0"' };
        const body = { state: subject.text() };
        const first = refused(await subject.put(body, headers), 412, 'precondition_failed');
        const again = refused(await subject.put(body, headers), 412, 'precondition_failed');
        same('Idempotency-Replayed', [replayed(first), replayed(again)], [null, 'true']);
      },
    },
    {
      name: 'a refusal of the request itself leaves the key free',
      async run(subject) {
        const headers = newKey();
        refused(await subject.put({ email: null }, headers), 422, 'validation_failed');
        const answer = answered(await subject.put({ state: subject.text() }, headers), 200);
        same('Idempotency-Replayed', replayed(answer), null);
      },
    },
    {
      name: 'if two equal requests arrive at once, one takes effect and both get its response',
      async run(subject) {
        const headers = newKey();
        const body = { state: subject.text() };
        const { version } = await subject.now();
        const twins = await Promise.all([subject.put(body, headers), subject.put(body, headers)]);
        same(
          'the statuses',
          twins.map(({ status }) => status),
          [200, 200],
        );
        same('the bodies', twins[0]?.text, twins[1]?.text);
        same('Idempotency-Replayed', twins.filter((twin) => replayed(twin) === 'true').length, 1);
        const next = `"${Number(version.replaceAll('"', '')) + 1}"`;
        same('the version', (await subject.now()).version, next);
      },
    },
    {
      name: 'a malformed key is refused and named',
      async run(subject) {
        for (const key of ['a b', '""', '"a', '"a\\b"', `"${'x'.repeat(256)}"`]) {
          const answer = await subject.put({}, { 'Idempotency-Key': key });
          refused(answer, 400, 'malformed_header');
          names(answer, { header: 'Idempotency-Key' }, 'invalid_format');
        }
      },
    },
  ],
};
