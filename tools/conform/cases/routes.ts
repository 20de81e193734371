import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectStatus, expectTrue } from '../check.ts';

const SENT = ['authorization', 'base-version', 'content-type', 'idempotency-key', 'if-match'];
const SENT_TOO = ['if-none-match', 'prefer', 'request-timeout', 'traceparent', 'x-api-key'];
const READ = ['etag', 'idempotency-replayed', 'location', 'preference-applied', 'ratelimit-policy'];
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
      name: 'an unknown path returns 404',
      async run({ api }) {
        expectError(await api.send({ path: '/api/v1/nothing' }), 404, 'route_not_found');
      },
    },
    {
      name: 'a path may have escaped hyphens',
      async run({ api, path }) {
        expectStatus(await api.send({ path: path.replaceAll('-', '%2D') }), 200);
      },
    },
    {
      name: 'an unsupported method returns 405, and Allow lists the supported ones',
      async run({ api, path }) {
        const response = await api.send({ method: 'POST', path });
        expectError(response, 405, 'method_not_allowed');
        expectEqual('Allow', listOf(response.headers.get('Allow')), [
          'delete',
          'get',
          'head',
          'options',
          'patch',
          'put',
        ]);
      },
    },
    {
      name: 'healthz returns ok',
      async run({ api }) {
        const response = expectStatus(await api.send({ path: '/healthz', key: null }), 200);
        expectEqual('the body', response.body, { status: 'ok' });
      },
    },
    {
      name: 'a preflight allows any origin, every method of the contract and any header',
      async run({ api, path }) {
        const response = await api.send({
          method: 'OPTIONS',
          path,
          key: null,
          headers: {
            Origin: 'https://app.example.org',
            'Access-Control-Request-Method': 'PUT',
            'Access-Control-Request-Headers': [...SENT, ...SENT_TOO].join(),
          },
        });
        expectTrue(
          `"a status of success: ${response.status}"`,
          response.status >= 200 && response.status < 300,
        );
        expectEqual(
          'Access-Control-Allow-Origin',
          response.headers.get('Access-Control-Allow-Origin'),
          '*',
        );
        const methods = listOf(response.headers.get('Access-Control-Allow-Methods'));
        for (const method of ['get', 'put', 'patch', 'delete'])
          expectTrue(`"${method} is allowed"`, methods.includes(method));
        const headers = listOf(response.headers.get('Access-Control-Allow-Headers'));
        for (const name of [...SENT, ...SENT_TOO])
          expectTrue(`"${name} is allowed"`, headers.includes(name));
        expectEqual(
          'Access-Control-Allow-Credentials',
          response.headers.get('Access-Control-Allow-Credentials'),
          null,
        );
      },
    },
    {
      name: 'pages of any origin can read responses and errors, with their headers',
      async run({ api, path }) {
        for (const key of [api.key, null]) {
          const headers = { Origin: 'https://app.example.org' };
          const response = await api.send({ path, key, headers });
          expectEqual(
            'Access-Control-Allow-Origin',
            response.headers.get('Access-Control-Allow-Origin'),
            '*',
          );
          const shown = listOf(response.headers.get('Access-Control-Expose-Headers'));
          for (const name of [...READ, ...READ_TOO])
            expectTrue(`"${name} is exposed"`, shown.includes(name));
        }
      },
    },
    {
      name: 'a request id of the caller is kept, and an unsafe one is replaced',
      async run(subject) {
        const id = 'conform-1_2.3';
        const kept = await subject.get({ 'X-Request-Id': id });
        expectEqual('X-Request-Id', kept.headers.get('X-Request-Id'), id);
        for (const unsafe of ['a b', 'x'.repeat(129), '<script>']) {
          const response = await subject.get({ 'X-Request-Id': unsafe });
          expectEqual(
            `"${unsafe} is replaced"`,
            response.headers.get('X-Request-Id') === unsafe,
            false,
          );
        }
      },
    },
    {
      name: 'Server-Timing has the time of the database, the total time and the number of database requests',
      async run(subject) {
        const timing = (await subject.get()).headers.get('Server-Timing') ?? '';
        const form = /db;dur=\d+.*total;dur=\d+.*db_requests;desc="\d+"/;
        expectTrue(`"${timing} has db, total and db_requests"`, form.test(timing));
      },
    },
  ],
};
