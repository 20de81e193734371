import { randomUUID } from 'node:crypto';
import { mintApiKey } from '../../../src/auth/api-key.ts';
import type { Topic } from '../case.ts';
import { answered, holds, names, refused, Skip, same } from '../check.ts';
import { nobody, type Subject } from '../subject.ts';

const send = ({ api }: Subject, method: string, path: string, body?: unknown) =>
  api.send({ method, path: `/api/v1/keys${path}`, ...(body !== undefined && { body }) });

async function made(subject: Subject, draft: object = { role: 'read_only' }) {
  const answer = await subject.makeKey(draft);
  if (answer.body?.code === 'too_many_keys') throw new Skip('the owner already has 25 active keys');
  return answered(answer, 201).body.data;
}

export const keys: Topic = {
  name: 'Keys',
  needs: ['keys:write'],
  cases: [
    {
      name: 'a new key is shown whole, this once, and works',
      async run(subject) {
        const { id, key, prefix } = await made(subject);
        same('the prefix', prefix, key.slice(0, 9));
        const shown = answered(await send(subject, 'GET', `/${id}`), 200);
        holds('"the key is not shown again"', !shown.text.includes(key));
        answered(await subject.api.send({ path: '/api/v1/keys/self', key }), 200);
      },
    },
    {
      name: 'responses to a key that expires within 14 days say when',
      async run(subject) {
        const { key, expires_at } = await made(subject);
        const { headers } = await subject.api.send({ path: '/api/v1/keys/self', key });
        const whole = Math.floor(Date.parse(expires_at) / 1000) * 1000;
        same('Sunset', headers.get('Sunset'), new Date(whole).toUTCString());
      },
    },
    {
      name: 'the list has the newest first, in pages',
      async run(subject) {
        const [older, newer] = [await made(subject), await made(subject)];
        const first = answered(await send(subject, 'GET', '?limit=1'), 200).body;
        same(
          'the first',
          first.data.map(({ id }: { id: string }) => id),
          [newer.id],
        );
        const next = `?limit=1&cursor=${first.meta.next_cursor}`;
        const second = answered(await send(subject, 'GET', next), 200).body;
        same('the second', second.data[0]?.id, older.id);
      },
    },
    {
      name: 'a page that cannot be is refused and named',
      async run(subject) {
        for (const limit of ['0', '101', 'x']) {
          const answer = await send(subject, 'GET', `?limit=${limit}`);
          names(refused(answer, 422, 'validation_failed'), { parameter: 'limit' }, 'out_of_range');
        }
        const answer = refused(await send(subject, 'GET', '?cursor=x'), 422, 'validation_failed');
        names(answer, { parameter: 'cursor' }, 'invalid_format');
      },
    },
    {
      name: 'a rotated key lives on for its grace, and its successor has the same rights',
      async run(subject) {
        const old = await made(subject);
        const rotated = await send(subject, 'POST', `/${old.id}/rotate`, { grace: 600 });
        const successor = answered(rotated, 201).body.data;
        subject.madeKeys.add(successor.id);
        same('the scopes', successor.scopes, old.scopes);
        for (const { key } of [old, successor])
          answered(await subject.api.send({ path: '/api/v1/keys/self', key }), 200);
      },
    },
    {
      name: 'without a grace, a rotated key works until its successor is first used',
      async run(subject) {
        const old = await made(subject, { role: 'read_only' });
        const path = '/api/v1/keys/self';
        const rotated = await subject.api.send({
          method: 'POST',
          path: `${path}/rotate`,
          key: old.key,
          body: {},
        });
        const { data: successor, meta } = answered(rotated, 201).body;
        subject.madeKeys.add(successor.id);
        same('the old key', meta.replaced.id, old.id);
        for (const key of [old.key, successor.key])
          answered(await subject.api.send({ path, key }), 200);
        refused(await subject.api.send({ path, key: old.key }), 401, 'expired_api_key');
      },
    },
    {
      name: 'a repeat under the Idempotency-Key gets the same key, until that is used',
      async run(subject) {
        const draft = { name: 'conform', role: 'read_only', expires_at: '2099-01-31T00:00:00Z' };
        const headers = { 'Idempotency-Key': `"${randomUUID()}"` };
        const create = () =>
          subject.api.send({ method: 'POST', path: '/api/v1/keys', body: draft, headers });
        const [first, again] = [await create(), await create()].map(
          (answer) => answered(answer, 201).body.data,
        );
        subject.madeKeys.add(first.id);
        same('the key', again.id, first.id);
        answered(await subject.api.send({ path: '/api/v1/keys/self', key: again.key }), 200);
        refused(await create(), 409, 'key_already_used');
      },
    },
    {
      name: 'a revoked key ends with the next request; to revoke it again is no error',
      async run(subject) {
        const { id, key } = await made(subject);
        for (const _ of [1, 2]) {
          const { body } = answered(await send(subject, 'DELETE', `/${id}`), 200);
          same('the state', body.data.state, 'revoked');
        }
        const answer = await subject.api.send({ path: '/api/v1/keys/self', key });
        refused(answer, 401, 'revoked_api_key');
        refused(await send(subject, 'POST', `/${id}/rotate`, {}), 409, 'key_not_live');
      },
    },
    {
      name: 'a key whose time is over has expired',
      async run(subject) {
        const expires_at = new Date(Date.now() + 2000).toISOString();
        const { key } = await made(subject, { role: 'read_only', expires_at });
        await new Promise((resolve) => setTimeout(resolve, 2500));
        const answer = await subject.api.send({ path: '/api/v1/keys/self', key });
        refused(answer, 401, 'expired_api_key');
      },
    },
    {
      name: 'a reported key is revoked, and the response does not reveal whether it was one',
      async run(subject) {
        const { key } = await made(subject);
        const report = (reported: string) =>
          subject.api.send({
            method: 'POST',
            path: '/api/v1/keys/report',
            key: null,
            body: { key: reported },
          });
        const { text } = answered(await report(key), 200);
        for (const nothing of [mintApiKey(), 'hello'])
          same('the response', answered(await report(nothing), 200).text, text);
        const answer = await subject.api.send({ path: '/api/v1/keys/self', key });
        refused(answer, 401, 'revoked_api_key');
      },
    },
    {
      name: 'a key that does not exist, or of another user, is 404',
      async run(subject) {
        refused(await send(subject, 'GET', `/${nobody()}`), 404, 'key_not_found');
        refused(await send(subject, 'DELETE', `/${nobody()}`), 404, 'key_not_found');
        refused(await send(subject, 'GET', '/x'), 422, 'validation_failed');
      },
    },
    {
      name: 'a draft that cannot be is refused and named',
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
          const answer = await send(subject, 'POST', '', draft);
          if (answer.body?.data?.id) subject.madeKeys.add(answer.body.data.id);
          names(refused(answer, 422, 'validation_failed'), { pointer }, code);
        }
      },
    },
  ],
};
