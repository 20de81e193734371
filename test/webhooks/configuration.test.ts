import { expect, test } from 'vitest';
import { ConfigurationError, parseEnv } from '../../src/env.ts';

const limiter = { limit: async () => ({ success: true }) };
const required = {
  KEY_LIMIT: limiter,
  ADDRESS_LIMIT: limiter,
  KEY_LIMIT_POLICY: '600/60',
  ADDRESS_LIMIT_POLICY: '60/60',
  DATABASE_URL: 'postgresql://user:password@host/database',
};

test('without a queue the configuration is complete, and names are looked up at Cloudflare', () => {
  expect(parseEnv({ ...required }).webhooks).toEqual({
    queue: undefined,
    resolver: 'https://cloudflare-dns.com/dns-query',
    allowsLoopback: false,
  });
});

test.each([
  [undefined, false],
  ['https://ep-1.neon.tech/sql', false],
  ['https://127.0.0.1.example.com/sql', false],
  ['http://127.0.0.1:4444/sql', true],
  ['http://localhost:4444/sql', true],
])('loopback is possible with the database at %s: %s', (endpoint, possible) => {
  const variables = {
    ...required,
    WEBHOOKS_LOOPBACK: 'on',
    ...(endpoint && { DATABASE_ENDPOINT: endpoint }),
  };
  if (possible) expect(parseEnv(variables).webhooks.allowsLoopback).toBe(true);
  else
    expect(() => parseEnv(variables)).toThrow(
      new ConfigurationError('missing or invalid variables: WEBHOOKS_LOOPBACK'),
    );
});

test.each([
  { WEBHOOKS: 'a queue' },
  { DNS_RESOLVER: 'http://resolver.example/dns-query' },
  { WEBHOOKS_LOOPBACK: 'yes' },
])('%j is refused', (variable) => {
  expect(() => parseEnv({ ...required, ...variable })).toThrow(Object.keys(variable)[0]);
});
