import { randomUUID } from 'node:crypto';
import { mintApiKey } from '../../../src/auth/api-key.ts';
import type { Topic } from '../case.ts';
import {
  CaseSkipped,
  expectEqual,
  expectError,
  expectErrorAt,
  expectStatus,
  expectTrue,
} from '../check.ts';
import { type Subject, unknownId } from '../subject.ts';

const send = ({ api }: Subject, method: string, path: string, body?: unknown) =>
  api.send({ method, path: `/api/v1/keys${path}`, ...(body !== undefined && { body }) });

async function create(subject: Subject, draft: object = { role: 'read_only' }) {
  const response = await subject.createKey(draft);
  if (response.body?.code === 'too_many_keys')
    throw new CaseSkipped('the owner already has 25 active keys');
  return expectStatus(response, 201).body.data;
}

export const keys: Topic = {
  name: 'Keys',
  needs: ['keys:write'],
  cases: [
    {
      name: 'a new key is shown in full once, and works',
      async run(subject) {
        const { id, key, prefix } = await create(subject);
        expectEqual('the prefix', prefix, key.slice(0, 9));
        const shown = expectStatus(await send(subject, 'GET', `/${id}`), 200);
        expectTrue('"the key is not shown again"', !shown.text.includes(key));
        expectStatus(await subject.api.send({ path: '/api/v1/keys/self', key }), 200);
      },
    },
    {
      name: 'responses to a key that expires within 14 days have the Sunset header',
      async run(subject) {
        const { key, expires_at } = await create(subject);
        const { headers } = await subject.api.send({ path: '/api/v1/keys/self', key });
        const whole = Math.floor(Date.parse(expires_at) / 1000) * 1000;
        expectEqual('Sunset', headers.get('Sunset'), new Date(whole).toUTCString());
      },
    },
    {
      name: 'keys are listed in pages, newest first',
      async run(subject) {
        const [older, newer] = [await create(subject), await create(subject)];
        const first = expectStatus(await send(subject, 'GET', '?limit=1'), 200).body;
        expectEqual(
          'the first',
          first.data.map(({ id }: { id: string }) => id),
          [newer.id],
        );
        const next = `?limit=1&cursor=${first.meta.next_cursor}`;
        const second = expectStatus(await send(subject, 'GET', next), 200).body;
        expectEqual('the second', second.data[0]?.id, older.id);
      },
    },
    {
      name: 'an invalid limit or cursor is refused, and the error names it',
      async run(subject) {
        for (const limit of ['0', '101', 'x']) {
          const response = await send(subject, 'GET', `?limit=${limit}`);
          expectErrorAt(
            expectError(response, 422, 'validation_failed'),
            { parameter: 'limit' },
            'out_of_range',
          );
        }
        const response = expectError(
          await send(subject, 'GET', '?cursor=x'),
          422,
          'validation_failed',
        );
        expectErrorAt(response, { parameter: 'cursor' }, 'invalid_format');
      },
    },
    {
      name: 'a rotated key works for its grace period, and its successor has the same scopes',
      async run(subject) {
        const old = await create(subject);
        const rotated = await send(subject, 'POST', `/${old.id}/rotate`, { grace: 600 });
        const successor = expectStatus(rotated, 201).body.data;
        subject.createdKeys.add(successor.id);
        expectEqual('the scopes', successor.scopes, old.scopes);
        for (const { key } of [old, successor])
          expectStatus(await subject.api.send({ path: '/api/v1/keys/self', key }), 200);
      },
    },
    {
      name: 'without a grace period, a rotated key works until its successor is first used',
      async run(subject) {
        const old = await create(subject, { role: 'read_only' });
        const path = '/api/v1/keys/self';
        const rotated = await subject.api.send({
          method: 'POST',
          path: `${path}/rotate`,
          key: old.key,
          body: {},
        });
        const { data: successor, meta } = expectStatus(rotated, 201).body;
        subject.createdKeys.add(successor.id);
        expectEqual('the old key', meta.replaced.id, old.id);
        for (const key of [old.key, successor.key])
          expectStatus(await subject.api.send({ path, key }), 200);
        expectError(await subject.api.send({ path, key: old.key }), 401, 'expired_api_key');
      },
    },
    {
      name: 'a repeat under the same Idempotency-Key returns the same key until it is used',
      async run(subject) {
        const draft = { name: 'conform', role: 'read_only', expires_at: '2099-01-31T00:00:00Z' };
        const headers = { 'Idempotency-Key': `"${randomUUID()}"` };
        const create = () =>
          subject.api.send({ method: 'POST', path: '/api/v1/keys', body: draft, headers });
        const [first, again] = [await create(), await create()].map(
          (response) => expectStatus(response, 201).body.data,
        );
        subject.createdKeys.add(first.id);
        expectEqual('the key', again.id, first.id);
        expectStatus(await subject.api.send({ path: '/api/v1/keys/self', key: again.key }), 200);
        expectError(await create(), 409, 'key_already_used');
      },
    },
    {
      name: 'a revoked key is refused from the next request; revoking it again is no error',
      async run(subject) {
        const { id, key } = await create(subject);
        for (const _ of [1, 2]) {
          const { body } = expectStatus(await send(subject, 'DELETE', `/${id}`), 200);
          expectEqual('the state', body.data.state, 'revoked');
        }
        const response = await subject.api.send({ path: '/api/v1/keys/self', key });
        expectError(response, 401, 'revoked_api_key');
        expectError(await send(subject, 'POST', `/${id}/rotate`, {}), 409, 'key_not_live');
      },
    },
    {
      name: 'a key is refused after its expiry',
      async run(subject) {
        const expires_at = new Date(Date.now() + 2000).toISOString();
        const { key } = await create(subject, { role: 'read_only', expires_at });
        await new Promise((resolve) => setTimeout(resolve, 2500));
        const response = await subject.api.send({ path: '/api/v1/keys/self', key });
        expectError(response, 401, 'expired_api_key');
      },
    },
    {
      name: 'a reported key is revoked, and the response does not reveal whether it existed',
      async run(subject) {
        const { key } = await create(subject);
        const report = (reported: string) =>
          subject.api.send({
            method: 'POST',
            path: '/api/v1/keys/report',
            key: null,
            body: { key: reported },
          });
        const { text } = expectStatus(await report(key), 200);
        for (const nothing of [mintApiKey(), 'hello'])
          expectEqual('the response', expectStatus(await report(nothing), 200).text, text);
        const response = await subject.api.send({ path: '/api/v1/keys/self', key });
        expectError(response, 401, 'revoked_api_key');
      },
    },
    {
      name: 'an app without an ID token gets no key, and OAuth clients can read why',
      async run(subject) {
        const response = await subject.api.send({
          method: 'POST',
          path: '/api/v1/token',
          key: null,
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          body: 'grant_type=refresh_token',
        });
        if (response.status === 404) expectError(response, 404, 'token_exchange_disabled');
        else {
          expectError(response, 400, 'invalid_token_request');
          expectEqual('error', response.body.error, 'unsupported_grant_type');
        }
      },
    },
    {
      name: 'an unknown key, or one of another user, returns 404',
      async run(subject) {
        expectError(await send(subject, 'GET', `/${unknownId()}`), 404, 'key_not_found');
        expectError(await send(subject, 'DELETE', `/${unknownId()}`), 404, 'key_not_found');
        expectError(await send(subject, 'GET', '/x'), 422, 'validation_failed');
      },
    },
    {
      name: 'an invalid draft is refused, and the error names the field',
      async run(subject) {
        const drafts: [object, string, string][] = [
          [{ role: 'profile' }, '/name', 'required'],
          [{ name: 'conform' }, '/role', 'required'],
          [{ name: 'conform', role: 'king' }, '/role', 'unknown_value'],
          [
            { name: 'conform', role: 'profile', expires_at: '2001-01-01T00:00:00Z' },
            '/expires_at',
            'out_of_range',
          ],
          [{ name: 'conform', role: 'profile', admin: true }, '/admin', 'unknown_field'],
        ];
        for (const [draft, pointer, code] of drafts) {
          const response = await send(subject, 'POST', '', draft);
          if (response.body?.data?.id) subject.createdKeys.add(response.body.data.id);
          expectErrorAt(expectError(response, 422, 'validation_failed'), { pointer }, code);
        }
      },
    },
  ],
};
