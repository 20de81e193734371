import { command, runCommand } from '../tools/command.ts';
import { docsSite } from './docs.ts';
import { writeSite } from './files.ts';
import { settingsSite } from './settings.ts';

/** wrangler.toml's assets.directory. */
const FOLDER = 'dist/assets';

await runCommand(
  command(
    'node site/build.ts',
    `Writes to ${FOLDER} what is served without waking the Worker: the Settings page and the documentation.`,
  ).action(async () => writeSite(FOLDER, [...(await settingsSite()), ...(await docsSite())])),
);
