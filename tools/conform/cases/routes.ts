import type { Topic } from '../case.ts';
import { answered, holds, refused, same } from '../check.ts';

const SENT = ['authorization', 'base-version', 'content-type', 'idempotency-key', 'if-match'];
const SENT_TOO = ['if-none-match', 'prefer', 'request-timeout', 'traceparent', 'x-api-key'];
const READ = ['etag', 'idempotency-replayed', 'preference-applied', 'ratelimit-policy'];
const READ_TOO = ['retry-after', 'server-timing', 'sunset', 'x-request-id'];

const listOf = (value: string | null) =>
  (value ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
    .sort();

export const routes: Topic = {
  name: 'Routes and CORS',
  cases: [
    {
      name: 'a path that is not there is 404',
      async run({ api }) {
        refused(await api.send({ path: '/api/v1/nothing' }), 404, 'route_not_found');
      },
    },
    {
      name: 'a path means the same with hyphens escaped',
      async run({ api, path }) {
        answered(await api.send({ path: path.replaceAll('-', '%2D') }), 200);
      },
    },
    {
      name: 'a method that the path does not support is 405, with those that it supports',
      async run({ api, path }) {
        const answer = await api.send({ method: 'DELETE', path });
        refused(answer, 405, 'method_not_allowed');
        same('Allow', listOf(answer.headers.get('Allow')), [
          'get',
          'head',
          'options',
          'patch',
          'put',
        ]);
      },
    },
    {
      name: 'healthz says that it runs',
      async run({ api }) {
        const answer = answered(await api.send({ path: '/healthz', key: null }), 200);
        same('the body', answer.body, { status: 'ok' });
      },
    },
    {
      name: 'a preflight allows every method of the contract and any header to any origin',
      async run({ api, path }) {
        const answer = await api.send({
          method: 'OPTIONS',
          path,
          key: null,
          headers: {
            Origin: 'https://app.example.org',
            'Access-Control-Request-Method': 'PUT',
            'Access-Control-Request-Headers': [...SENT, ...SENT_TOO].join(),
          },
        });
        holds(
          `"a status of success: ${answer.status}"`,
          answer.status >= 200 && answer.status < 300,
        );
        same('Access-Control-Allow-Origin', answer.headers.get('Access-Control-Allow-Origin'), '*');
        const methods = listOf(answer.headers.get('Access-Control-Allow-Methods'));
        for (const method of ['get', 'put', 'patch'])
          holds(`"${method} is allowed"`, methods.includes(method));
        const headers = listOf(answer.headers.get('Access-Control-Allow-Headers'));
        for (const name of [...SENT, ...SENT_TOO])
          holds(`"${name} is allowed"`, headers.includes(name));
        same(
          'Access-Control-Allow-Credentials',
          answer.headers.get('Access-Control-Allow-Credentials'),
          null,
        );
      },
    },
    {
      name: 'pages of any origin can read responses and refusals, with their headers',
      async run({ api, path }) {
        for (const key of [api.key, null]) {
          const headers = { Origin: 'https://app.example.org' };
          const answer = await api.send({ path, key, headers });
          same(
            'Access-Control-Allow-Origin',
            answer.headers.get('Access-Control-Allow-Origin'),
            '*',
          );
          const shown = listOf(answer.headers.get('Access-Control-Expose-Headers'));
          for (const name of [...READ, ...READ_TOO])
            holds(`"${name} is exposed"`, shown.includes(name));
        }
      },
    },
    {
      name: 'a request id of the caller is kept, one that is not safe to repeat is replaced',
      async run(subject) {
        const id = 'conform-1_2.3';
        const kept = await subject.get({ 'X-Request-Id': id });
        same('X-Request-Id', kept.headers.get('X-Request-Id'), id);
        for (const unsafe of ['a b', 'x'.repeat(129), '<script>']) {
          const answer = await subject.get({ 'X-Request-Id': unsafe });
          same(`"${unsafe} is replaced"`, answer.headers.get('X-Request-Id') === unsafe, false);
        }
      },
    },
    {
      name: 'Server-Timing has the time of the database, the whole time, and the number of requests',
      async run(subject) {
        const timing = (await subject.get()).headers.get('Server-Timing') ?? '';
        const form = /db;dur=\d+.*total;dur=\d+.*db_requests;desc="\d+"/;
        holds(`"${timing} has db, total and db_requests"`, form.test(timing));
      },
    },
  ],
};
