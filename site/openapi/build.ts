import { writeFile } from 'node:fs/promises';
import { command, runCommand } from '../../tools/command.ts';
import { openApi } from './document.ts';
import { printDocument } from './print.ts';

/** The document as the code has it now. */
export async function currentDocument(): Promise<string> {
  // Loading it takes a second, in which --help would be waiting.
  const { unstable_readConfig: readConfig } = await import('wrangler');
  const { vars } = readConfig({ config: 'wrangler.toml' });
  const document = await openApi({
    key: String(vars['KEY_LIMIT_POLICY']),
    address: String(vars['ADDRESS_LIMIT_POLICY']),
  });
  return printDocument(document);
}

if (import.meta.main)
  await runCommand(
    command('node site/openapi/build.ts', 'Writes openapi.json from the code.').action(async () =>
      writeFile('openapi.json', await currentDocument()),
    ),
  );
