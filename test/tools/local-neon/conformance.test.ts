import { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalNeon, startLocalNeon } from '../../../tools/local-neon/index.ts';
import checks from './conformance.json' with { type: 'json' };
import { type Check, differences, toCall } from './conformance-rules.ts';
import { send } from './http.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

// The checks run in order: later ones use the tables of earlier ones.
const CHECKS = checks as Check[];

let postgres: TestPostgres;
let neon: LocalNeon;
let smallNeon: LocalNeon;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  postgres = await startPostgres();
  // Neon serves web pages too, and the checks describe Neon.
  const options = { upstream: postgres, port: 0, endpoint: 'ep-local', browsers: true };
  const limits = { maxRequestBytes: 20_000, maxResponseBytes: 20_000 };
  neon = await startLocalNeon(options);
  smallNeon = await startLocalNeon({ ...options, ...limits });
}, 60_000);

afterAll(async () => {
  agent.destroy();
  await neon?.close();
  await smallNeon?.close();
  await postgres?.stop();
}, 60_000);

test.each(CHECKS)('$id: $title', async ({ id, steps }) => {
  const { url } = id === 'C24' ? smallNeon : neon;
  for (const step of steps) {
    await setTimeout(step.wait ?? 0);
    const response = await send(url, toCall(step), agent);
    if (step.abort !== undefined) {
      expect(response, 'an aborted request').toBeNull();
      continue;
    }
    if (response === null) throw new Error('no response');
    expect(differences(step, response), JSON.stringify(step)).toEqual([]);
  }
});
