import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseEnv } from '../../src/env.ts';

/** What the release needs of wrangler.toml, in one of its environments. */
export interface Config {
  /** The name of the Worker. */
  name: string;
  /** The names of its queues. */
  queues: string[];
  vars: Record<string, unknown>;
}

/** Reads wrangler.toml in this folder. Throws if it is missing, or lacks the environment. */
export async function config(environment?: string): Promise<Config> {
  if (!existsSync('wrangler.toml')) throw new Error('There is no wrangler.toml in this folder.');
  // It is large: loaded here, so that --help and mistakes take no second.
  const { unstable_readConfig: readConfig } = await import('wrangler');
  const { name, queues, vars } = readConfig({
    config: 'wrangler.toml',
    env: environment ?? '',
  });
  const named = [...(queues.producers ?? []), ...(queues.consumers ?? [])];
  return { name: name ?? '', vars, queues: [...new Set(named.map(({ queue }) => queue))] };
}

/** The placeholder of a value in an example file. */
const PLACEHOLDER = /…|\buser:password@|^$/;

/**
 * Checks what the Worker would get, as the Worker does. Throws a line that names what is missing or
 * wrong, never a value.
 */
export async function checkSecrets(file: string, vars: object): Promise<void> {
  const secrets = await readSecrets(file);
  const placeholders = Object.entries(secrets).filter(
    ([, value]) => typeof value !== 'string' || PLACEHOLDER.test(value),
  );
  if (placeholders.length > 0)
    throw new Error(`${file} has no value for ${placeholders.map(([name]) => name).join(', ')}.`);
  const platform = { KEY_LIMIT: { limit() {} }, ADDRESS_LIMIT: { limit() {} } };
  try {
    parseEnv({ ...platform, ...vars, ...secrets });
  } catch (error) {
    throw new Error(`The Worker would not start: ${(error as Error).message} (${file}).`);
  }
}

/** Reads a file of secrets. JSON only: wrangler would replace values of other files by this process's own. */
async function readSecrets(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} is missing. Copy secrets.example.json to it and fill it in.`);
  });
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Error(`${file} is not JSON.`);
  }
}
