import { describe, expect, test } from 'vitest';
import { ConfigurationError, parseEnv } from '../../src/env.ts';
import { useStack } from '../support/stack.ts';

const URL = 'postgresql://user:secret@host/database';
const limiter = { limit: async () => ({ success: true }) };
const limits = {
  KEY_LIMIT: limiter,
  ADDRESS_LIMIT: limiter,
  KEY_LIMIT_POLICY: '600/60',
  ADDRESS_LIMIT_POLICY: '60/60',
};
const good = { ...limits, DATABASE_URL: URL };

test('a database URL is enough', () => {
  expect(parseEnv(good).database).toEqual({ url: URL, timeoutMs: 10_000, endpoint: undefined });
});

test.each([
  'https://db.example/sql',
  'http://127.0.0.1:4444/sql',
  'http://localhost:4444/sql',
  'http://[::1]:4444/sql',
])('the endpoint %s is accepted', (DATABASE_ENDPOINT) => {
  expect(parseEnv({ ...good, DATABASE_ENDPOINT }).database.endpoint).toBe(DATABASE_ENDPOINT);
});

test.each([
  ['DATABASE_URL', limits],
  ['DATABASE_URL', { ...limits, DATABASE_URL: '' }],
  ['DATABASE_URL', { ...limits, DATABASE_URL: 'mysql://user:secret@host/database' }],
  ['DATABASE_URL', { ...limits, DATABASE_URL: 'postgresql://user@host/database' }],
  ['DATABASE_URL', { ...limits, DATABASE_URL: 'postgresql://user:secret@host' }],
  ['KEY_LIMIT', { ...good, KEY_LIMIT: undefined }],
  ['ADDRESS_LIMIT_POLICY', { ...good, ADDRESS_LIMIT_POLICY: '0/60' }],
  ['ADDRESS_LIMIT_POLICY', { ...good, ADDRESS_LIMIT_POLICY: '60/60s' }],
  ['KEY_LIMIT_POLICY', { ...good, KEY_LIMIT_POLICY: ' 600/60' }],
  ['DB_TIMEOUT_MS', { ...good, DB_TIMEOUT_MS: '0' }],
  ['DB_TIMEOUT_MS', { ...good, DB_TIMEOUT_MS: '1e3' }],
  ['DB_TIMEOUT_MS', { ...good, DB_TIMEOUT_MS: '60001' }],
  ['DATABASE_ENDPOINT', { ...good, DATABASE_ENDPOINT: 'http://elsewhere.example/sql' }],
  ['DATABASE_ENDPOINT', { ...good, DATABASE_ENDPOINT: 'http://0.0.0.0:4444/sql' }],
  ['DATABASE_ENDPOINT', { ...good, DATABASE_ENDPOINT: 'http://localhost.example/sql' }],
  ['DATABASE_ENDPOINT', { ...good, DATABASE_ENDPOINT: 'secret' }],
])('an invalid %s is reported by name, without its value: %j', (name, bindings) => {
  expect(() => parseEnv(bindings)).toThrow(
    new ConfigurationError(`missing or invalid variables: ${name}`),
  );
});

describe('a Worker with an invalid configuration', () => {
  const stack = useStack({ DATABASE_URL: 'not-a-url-but-secret' });

  test.each(['/healthz', '/api/v1/user/x'])(
    'returns a plain 500 for %s and logs the name of the variable',
    async (path) => {
      const response = await stack.fetch(path, { method: path === '/healthz' ? 'GET' : 'PUT' });
      expect([response.status, response.body.code]).toEqual([500, 'internal_error']);
      expect(response.text).not.toMatch(/secret|DATABASE/);
      expect((await stack.logLine(response))['fault']).toBe(
        'missing or invalid variables: DATABASE_URL',
      );
    },
  );
});
