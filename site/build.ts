import { command, runCommand } from '../tools/command.ts';
import { docsSite } from './docs.ts';
import { writeSite } from './files.ts';
import { filesOfEarlierReleases } from './kept.ts';
import { settingsSite } from './settings.ts';

/** The folder that wrangler.toml names as assets.directory. */
const FOLDER = 'dist/assets';

await runCommand(
  command(
    'node site/build.ts',
    `Writes the files that are served without running the Worker to ${FOLDER}: the Settings page and the documentation.`,
  ).action(async () => {
    const files = [...(await settingsSite()), ...(await docsSite())];
    await writeSite(FOLDER, [...files, ...filesOfEarlierReleases(files)]);
  }),
);
