import { InvalidArgumentError, Option } from 'commander';
import { isUuid } from '../../src/http/values.ts';
import { command } from '../command.ts';
import { explain } from '../explain.ts';
import { topics } from './cases.ts';
import { conform } from './run.ts';
import { succeeded, table } from './table.ts';

const program = command(
  'npm run conform --',
  'Tests the whole published contract on any base URL and prints a table. CONFORM_KEY is the API key. Changes only the given user and restores it; do not edit the user meanwhile. With keys:write, it also creates and revokes keys. With users:manage, it also creates and erases users; their ids stay reserved.',
)
  .requiredOption('--url <base>', 'such as https://api.example.com', parseBase)
  .requiredOption('--user <id>', 'a user whom the key can update', parseId)
  .option(
    '--limits',
    'also test the rate limits, which blocks the key and the address for a minute',
  )
  .option('--header <header>', 'sent with every request, such as "Name: value"', parseHeader)
  .option('--taken-email <address>', 'the address of another user, to test email_taken')
  .addOption(
    new Option('--only <topics...>', 'only these topics').choices(topics.map(({ name }) => name)),
  )
  .option('--json', 'print JSON, for scripts')
  .addOption(new Option('--key <key>').hideHelp()) // Recognized only to say why it is refused.
  .parse();

const options = program.opts<{
  url: string;
  key?: string;
  user: string;
  header?: Record<string, string>;
  json?: boolean;
  only?: string[];
}>();
if (options.key !== undefined)
  program.error(
    'error: set CONFORM_KEY to the key; as an option it stays in the shell history and the process list.',
  );
const key = process.env['CONFORM_KEY'] ?? '';
if (key === '') program.error('error: set CONFORM_KEY to an API key that can update the user.');

/** Replaces the key, so that it is not printed even if a server repeats it. */
const hide = (text: string): string => text.replaceAll(key, '[key]');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (!stop.signal.aborted) console.error('\nStopping: restoring the user …');
    stop.abort(new Error('stopped'));
  });

try {
  const report = await conform({ ...options, headers: options.header, key }, stop.signal);
  console.log(hide(options.json ? JSON.stringify(report, null, 2) : table(report)));
  process.exitCode = succeeded(report) ? 0 : 1;
} catch (error) {
  console.error(hide(`${explain(error, 'Check --url.')} Nothing was changed.`));
  process.exitCode = 2;
}

function parseBase(text: string): string {
  if (/^https?:\/\/[^?#@\s]+$/.test(text)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('It must be like https://api.example.com.');
}

/** Adds a header to those before it. */
function parseHeader(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([\w-]+): (.+)$/.exec(text) ?? [];
  if (name && value) return { ...before, [name]: value };
  throw new InvalidArgumentError('It must be like "Name: value".');
}

function parseId(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new InvalidArgumentError('It must be the id of a user, a UUID.');
}
