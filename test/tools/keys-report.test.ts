import { describe, expect, test } from 'vitest';
import { mintApiKey } from '../../src/auth/api-key.ts';
import { startLocalNeon } from '../../tools/local-neon/index.ts';
import { runScript } from '../support/run-script.ts';
import { useStack } from '../support/stack.ts';
import { hasTerminal, onTerminal } from '../support/terminal.ts';

const stack = useStack();

const report = (args: readonly string[], input: string, env: Record<string, string> = {}) =>
  runScript('tools/keys.ts', { args: ['report', ...args], input, env });

/** Types a reply to the prompt on a terminal. Returns everything that the terminal showed. */
const replyOnTerminal = (reply: string) =>
  onTerminal('tools/keys.ts report', {
    prompt: 'The key: ',
    reply,
    env: { DATABASE_URL: 'foo' },
  });

describe('npm run keys -- report', () => {
  test.each(['', '\n', '\r\nmore\n'])(
    'revokes the key of the first line of standard input (then %j)',
    async (rest) => {
      const owner = await stack.user();
      const { key, keyId } = await stack.key(owner);
      const { hostname, port } = new URL(stack.databaseUrl);
      const neon = await startLocalNeon({
        port: 0,
        upstream: { host: hostname, port: Number(port) },
      });
      const env = { DATABASE_URL: stack.databaseUrl, DATABASE_ENDPOINT: neon.url };
      expect(await report([], `  ${key}${rest}`, env)).toEqual({
        code: 0,
        stdout: 'If this was an active key, it has been revoked.\n',
        stderr: '',
      });
      await neon.close();
      const rows = await stack.query('select revoked_at from api_keys where id = $1', [keyId]);
      expect(rows).toEqual([{ revoked_at: expect.any(Date) }]);
    },
  );

  test.each([
    ['nothing', '', 'The key is missing. Write it to standard input.\n'],
    [
      'half a key',
      mintApiKey().slice(0, 20),
      'This is not a whole API key: a key is in- and 43 letters and digits.\n',
    ],
  ])('does nothing for %s', async (_, input, stderr) => {
    expect(await report([], input)).toEqual({ code: 1, stdout: '', stderr });
  });

  test('refuses a key as an argument, says why, and does not print it', async () => {
    const key = mintApiKey();
    const { code, stdout, stderr } = await report([key], key, { DATABASE_URL: 'foo' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^Write the key to standard input; .+ history and the process list\.\n$/,
    );
    expect(stderr).not.toContain(key.slice(3, 12));
  });

  test.skipIf(!hasTerminal)('on a terminal prompts for the key and does not show it', async () => {
    const key = mintApiKey();
    const shown = await replyOnTerminal(`${key}\r`);
    expect(shown).toMatch(/^The key: \r\nDATABASE_URL must be like /);
    expect(shown).not.toContain(key.slice(3, 12));
  });

  test.skipIf(!hasTerminal)('on a terminal ends with Ctrl-C and does nothing', async () => {
    expect(await replyOnTerminal('\u0003')).toMatch(/^The key: \r\nThe key is missing\./);
  });
});
