import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { currentDocument } from './build-openapi.ts';

// Whether openapi.json is what the code says, and whether the linters have nothing to say about it.

const run = promisify(execFile);

/** No telemetry, and no look whether there is a newer version. */
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

/** Each answers what is wrong, or nothing. */
const checks: Record<string, () => Promise<string>> = {
  'what the code says': async () =>
    (await currentDocument()) === (await readFile('openapi.json', 'utf8').catch(() => ''))
      ? ''
      : 'It differs: run node tools/build-openapi.ts.',
  'Redocly (recommended-strict)': () => output('redocly', ['lint']),
  'Spectral (OWASP)': () => output('spectral', ['lint', '--fail-severity=hint', 'openapi.json']),
};

/** What a program prints if it fails. */
async function output(program: string, parameters: readonly string[]): Promise<string> {
  try {
    await run('npx', [program, ...parameters], { env, maxBuffer: 2 ** 26 });
    return '';
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}` || String(error);
  }
}

const faults = await Promise.all(
  Object.entries(checks).map(async ([name, check]) => {
    const fault = await check();
    return fault && `openapi.json, ${name}:\n${fault}`;
  }),
);
for (const fault of faults.filter(Boolean)) console.error(fault);
if (faults.some(Boolean)) process.exit(1);
console.log(`openapi.json: ${Object.keys(checks).join(', ')}`);
