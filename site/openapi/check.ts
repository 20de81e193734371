import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { command, runCommand } from '../../tools/command.ts';
import { currentDocument } from './build.ts';
import { breakingChanges } from './compatibility.ts';

/** The document of the last release, if there was one: a release copies openapi.json there. */
const RELEASED = 'docs/released/openapi.json';

const execute = promisify(execFile);

/** No telemetry, and no look whether there is a newer version. */
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

/** Each returns what is wrong, or nothing. */
const checks: Record<string, () => Promise<string>> = {
  'what the code says': async () =>
    (await currentDocument()) === (await readFile('openapi.json', 'utf8').catch(() => ''))
      ? ''
      : 'It differs: run node site/openapi/build.ts.',
  'the last release': async () =>
    existsSync(RELEASED) ? breakingSince(await read(RELEASED), await read('openapi.json')) : '',
  'Redocly (recommended-strict)': () => output('redocly', ['lint']),
  'Spectral (OWASP)': () => output('spectral', ['lint', '--fail-severity=hint', 'openapi.json']),
};

const read = async (file: string) => JSON.parse(await readFile(file, 'utf8'));

/** What a new major version would be needed for, if there is none. */
function breakingSince(released: Described, now: Described): string {
  if (majorOf(now) !== majorOf(released)) return '';
  const changes = breakingChanges(released, now);
  if (changes.length === 0) return '';
  return `This breaks clients of ${released.info.version}; it takes a new major version:\n${changes.join('\n')}`;
}

type Described = Parameters<typeof breakingChanges>[0] & { info: { version: string } };

const majorOf = ({ info }: Described) => info.version.split('.')[0];

/** What a program prints if it fails. */
async function output(program: string, parameters: readonly string[]): Promise<string> {
  try {
    await execute('npx', [program, ...parameters], { env, maxBuffer: 2 ** 26 });
    return '';
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}` || String(error);
  }
}

await runCommand(
  command(
    'node site/openapi/check.ts',
    'Checks that openapi.json is what the code says, keeps what the last release promised, and leaves the linters nothing to say.',
  ).action(async () => {
    const faults = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const fault = await check();
        return fault && `openapi.json, ${name}:\n${fault}`;
      }),
    );
    for (const fault of faults.filter(Boolean)) console.error(fault);
    if (faults.some(Boolean)) process.exitCode = 1;
    else console.log(`openapi.json: ${Object.keys(checks).join(', ')}`);
  }),
);
