import { docsSite } from './build-docs.ts';
import { settingsSite } from './build-settings.ts';
import { writeSite } from './site.ts';

// Makes what is served without waking the Worker; the folder is wrangler.toml's assets.directory.

await writeSite('dist/assets', [...(await settingsSite()), ...(await docsSite())]);
