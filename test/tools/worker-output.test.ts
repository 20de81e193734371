import { expect, test } from 'vitest';
import { developersView, OWN_REQUEST } from '../../tools/worker-output.ts';

/** Returns what is shown of lines of wrangler. */
const shown = (text: string): (string | undefined)[] =>
  text
    .split('\n')
    .map(developersView())
    .filter((line) => line !== undefined);

const request = (parts: object) =>
  JSON.stringify({
    message: 'request',
    request_id: 'r-1',
    method: 'PUT',
    route: '/api/v1/user/:user_id',
    status: 200,
    duration_ms: 12,
    ...parts,
  });

test('a request is one line, with the code of an error and its reason', () => {
  const refused = request({ status: 403, code: 'field_not_writable' });
  const failed = request({ status: 503, code: 'database_unavailable', fault: 'no connection' });
  expect(
    shown(`${request({})}
[wrangler:info] PUT /api/v1/user/3c90c3cc-0d44-4b50-8888-8dd25736052a 200 OK (21ms)
${refused}
[wrangler:info] PUT /api/v1/user/3c90c3cc-0d44-4b50-8888-8dd25736052a 403 Forbidden (21ms)
\x1b[31m✘ \x1b[41;31m[\x1b[41;97mERROR\x1b[41;31m]\x1b[0m \x1b[1m${failed}\x1b[0m

`),
  ).toEqual([
    'PUT /api/v1/user/:user_id 200 12 ms',
    'PUT /api/v1/user/:user_id 403 field_not_writable 12 ms',
    'PUT /api/v1/user/:user_id 503 database_unavailable (no connection) 12 ms',
  ]);
});

test('no request of a client is hidden, whatever its id', () => {
  const sent = request({ request_id: 'npm-start' });
  expect(shown(sent)).toEqual(['PUT /api/v1/user/:user_id 200 12 ms']);
});

test('our own requests and messages about wrangler are not shown', () => {
  expect(
    shown(`[custom build] Running: node tools/slim-driver.ts && node site/build.ts
Using secrets defined in .local/worker.env
Your Worker has access to the following bindings:
Binding                                          Resource                  Mode
env.KEY_LIMIT (600 requests/60s)                 Rate Limit                local

⎔ Starting local server...
\x1b[33m▲ \x1b[43;33m[\x1b[43;30mWARNING\x1b[43;33m]\x1b[0m \x1b[1mScheduled Workers are not automatically triggered during local development.\x1b[0m

  To manually trigger a scheduled event, run:
    curl "http://127.0.0.1:8787/cdn-cgi/local/scheduled"

[wrangler:info] Ready on http://127.0.0.1:8787
${request({ request_id: OWN_REQUEST })}
The file src/index.ts changed, restarting build...`),
  ).toEqual([]);
});

test('errors and the rebuild of the Worker are shown', () => {
  const error = `✘ [ERROR] Build failed with 1 error:

  ✘ [ERROR] Unexpected ";"

      src/routes.ts:10:10:
        10 │ const x = ;`;
  const lines = error.split('\n').filter(Boolean);
  expect(shown(`${error}\n⎔ Local server updated and ready`)).toEqual([
    ...lines,
    'The Worker is rebuilt.',
  ]);
});

test('a failed build shows its output, without internals of wrangler', () => {
  expect(
    shown(`✘ [ERROR] k [Error]: Process exited with non-zero status (1)

      at runCommand (cli.js:191764:26) {
    exitCode: 1
  }

✘ [ERROR] Running custom build failed.
[custom build] SyntaxError: Unexpected token`),
  ).toEqual([
    '✘ [ERROR] Running custom build failed.',
    '[custom build] SyntaxError: Unexpected token',
  ]);
});

test('the console output of the Worker is shown', () => {
  expect(shown(`here { a: 1 }\n▲ [WARNING] careful`)).toEqual([
    'here { a: 1 }',
    '▲ [WARNING] careful',
  ]);
});
