import { spawn } from 'node:child_process';
import { describe, expect, test, vi } from 'vitest';
import { conform } from '../../tools/conform/run.ts';
import { useStack } from '../support/stack.ts';
import { type Wrong, WrongServer } from './wrong-server.ts';

vi.setConfig({ testTimeout: 120_000 });
const ANY_USER = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const stack = useStack();
const limited = useStack({}, { KEY_LIMIT: 40, ADDRESS_LIMIT: 60 });

/** Runs a server that does something wrong, while `use` runs. Returns the result of `use`. */
async function withWrongServer<T>(wrong: Wrong, use: (url: string) => Promise<T>): Promise<T> {
  const server = new WrongServer(stack.origin, wrong);
  try {
    return await use(await server.listen());
  } finally {
    await server.close();
  }
}

async function person() {
  const id = await stack.user({ state: 'London' });
  return { id, ...(await stack.key(id, { role: 'profile' })) };
}

/** Runs the command to its end. Returns its exit code and output; `onStart` receives the process id. */
function command(args: string[], env: object = {}, onStart?: (pid: number) => void) {
  const child = spawn(process.execPath, ['tools/conform/index.ts', ...args], {
    env: { ...process.env, ...env },
  });
  onStart?.(child.pid ?? 0);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  return new Promise<{ code: number | null; output: string }>((done) =>
    child.on('close', (code) => done({ code, output })),
  );
}

describe('npm run conform', () => {
  test('exits with 0 and never prints the key', async () => {
    const { id, key } = await person();
    const args = ['--url', stack.origin, '--user', id, '--only', 'Reading'];
    const { code, output } = await command(args, { CONFORM_KEY: key });
    expect([code, output]).toEqual([0, expect.stringMatching(/ ok, 0 failed, /)]);
    expect(output).not.toContain(key);
  });

  test('exits with 1 if a case fails; hides CONFORM_KEY if a server repeats it', async () => {
    const { id, key } = await person();
    const wrong: Wrong = {
      response: ({ headers, status }) => {
        if (status === 412) headers['etag'] = key;
      },
    };
    const { code, output } = await withWrongServer(wrong, (url) => {
      const args = ['--url', `${url}/`, '--user', id.toUpperCase(), '--only', 'Conditions'];
      return command([...args, '--json'], { CONFORM_KEY: key });
    });
    expect([code, output.includes(key), output.includes('[key]')]).toEqual([1, false, true]);
    expect(JSON.parse(output).restored).toEqual({ left: [], keys: [], users: [] });
  });

  test.each([
    [['--url', 'api.example.com'], /must be like https/],
    [['--url', 'https://api.example.com?api_key=x'], /must be like https/],
    [['--url', 'https://api.example.com', '--user', 'me'], /a UUID/],
    [['--url', 'https://api.example.com', '--user', ANY_USER], /set CONFORM_KEY to an API key/],
    [
      ['--key', 'in-1', '--url', 'https://a.example', '--user', ANY_USER],
      /^error: set CONFORM_KEY .+ history.+\n$/,
    ],
  ])('refuses %j', async (args, message) => {
    const { code, output } = await command(args, { CONFORM_KEY: '' });
    expect([code, output]).toEqual([1, expect.stringMatching(message)]);
  });

  test('exits with 2 if the run could not begin', async () => {
    const args = ['--url', 'http://127.0.0.1:9', '--user', ANY_USER];
    const { code, output } = await command(args, { CONFORM_KEY: 'in-1' });
    expect([code, output]).toEqual([2, expect.stringMatching(/^.+ Nothing was changed\.\n$/)]);
  });

  test('restores the user on Ctrl-C', async () => {
    const { id, key } = await person();
    let updates = 0;
    let pid = 0;
    const wrong: Wrong = {
      response: (_, { method }) => {
        if (method === 'PUT' && ++updates === 3) process.kill(pid, 'SIGINT');
      },
    };
    const { code, output } = await withWrongServer(wrong, (url) =>
      command(['--url', url, '--user', id], { CONFORM_KEY: key }, (child) => {
        pid = child;
      }),
    );
    expect(code).toBe(1);
    expect(output).toMatch(
      /stopped before this case\n.*Stopped before the end\.\nThe user was restored/s,
    );
    expect((await stack.row(id))['state']).toBe('London');
    expect((await stack.log(id)).length).toBeGreaterThan(1);
  });
});

test('--limits finds both limits after the user was restored', async () => {
  const id = await limited.user({ state: 'London' });
  const { key } = await limited.key(id, { role: 'read_only' });
  const options = { url: limited.origin, key, user: id, limits: true, only: [] };
  const { results } = await conform(options, new AbortController().signal);
  const found = results.filter(({ topic }) => topic === 'Limits');
  expect(found.map(({ state, why }) => [state, why])).toEqual([
    ['passed', undefined],
    ['passed', undefined],
  ]);
});
