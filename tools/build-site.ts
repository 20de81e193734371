import { docsSite } from './build-docs.ts';
import { settingsSite } from './build-settings.ts';
import { command, runCommand } from './command.ts';
import { writeSite } from './site.ts';

/** wrangler.toml's assets.directory. */
const FOLDER = 'dist/assets';

await runCommand(
  command(
    'node tools/build-site.ts',
    `Writes to ${FOLDER} what is served without waking the Worker: the Settings page and the documentation.`,
  ).action(async () => writeSite(FOLDER, [...(await settingsSite()), ...(await docsSite())])),
);
