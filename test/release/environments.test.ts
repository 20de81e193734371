import { expect, test } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';
import { parseEnv } from '../../src/env.ts';

// Wrangler inherits no bindings and variables, so wrangler.toml has them for each environment.

const read = (environment: string) => readConfig({ config: 'wrangler.toml', env: environment });

/** Returns the configuration of an environment, as if it were production. */
function configOf(environment: string): object {
  const {
    configPath,
    userConfigPath,
    preview_urls,
    name,
    topLevelName,
    targetEnvironment,
    ...config
  } = read(environment);
  return JSON.parse(
    JSON.stringify(config)
      .replaceAll('edge-profile-staging', 'edge-profile')
      .replaceAll('"8703"', '"8701"')
      .replaceAll('"8704"', '"8702"'),
  );
}

const counters = (environment: string): string[] =>
  (read(environment).ratelimits as { namespace_id: string }[]).map((each) => each.namespace_id);

test('staging differs from production in its name, queue, counters and previews only', () => {
  expect(configOf('staging')).toEqual(configOf(''));
  expect(new Set([...counters(''), ...counters('staging')]).size).toBe(4);
});

test.each(['', 'staging'])(
  'the Worker starts with the bindings of environment %j',
  (environment) => {
    const { ratelimits, queues, vars } = read(environment);
    const limiters = (ratelimits as { name: string }[]).map(({ name }) => [name, { limit() {} }]);
    const senders = ((queues.producers ?? []) as { binding: string }[]).map(({ binding }) => [
      binding,
      { send() {} },
    ]);
    const secrets = { DATABASE_URL: 'postgresql://u:p@h/d' };
    const env = parseEnv({ ...vars, ...secrets, ...Object.fromEntries([...limiters, ...senders]) });
    expect(env.limits.key).toMatchObject({ quota: 600, window: 60 });
    expect(env.webhooks.queue).toBe(senders[0]?.[1]);
  },
);
