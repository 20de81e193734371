import { readFile, writeFile } from 'node:fs/promises';
import { unstable_readConfig as readConfig } from 'wrangler';
import { openApi } from '../docs/openapi/document.ts';
import { printDocument } from './print-openapi.ts';

// Writes openapi.json from the code, or with --check says whether it is what the code says.

const FILE = 'openapi.json';

/** The document as the code has it now. */
export async function currentDocument(): Promise<string> {
  const { vars } = readConfig({ config: 'wrangler.toml' });
  const document = await openApi({
    key: String(vars['KEY_LIMIT_POLICY']),
    address: String(vars['ADDRESS_LIMIT_POLICY']),
  });
  return printDocument(document);
}

if (import.meta.main) {
  const document = await currentDocument();
  if (!process.argv.includes('--check')) await writeFile(FILE, document);
  else if (document !== (await readFile(FILE, 'utf8').catch(() => ''))) {
    console.error(`${FILE} is not what the code says: run node tools/build-openapi.ts.`);
    process.exit(1);
  }
}
