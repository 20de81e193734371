import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FIRST_USE_HOURS, MAX_ACTIVE_KEYS } from '../src/keys/requests.ts';
import { type FieldGroup, scopeOfGroup } from '../src/permissions.ts';
import { userFields } from '../src/users/fields.ts';
import { bundle, hashed, minifyCss, type SiteFile } from './files.ts';

const read = (name: string): Promise<string> => readFile(join('settings', name), 'utf8');

/** Makes the settings page out of settings/: one HTML file, the script with its parts, one style sheet, the icon. */
export async function settingsSite(): Promise<SiteFile[]> {
  const values = { FIELDS_OF_SCOPE: fieldsOfScope(), FIRST_USE_HOURS, MAX_ACTIVE_KEYS };
  const [script, ...parts] = await bundle('settings/main.ts', '/settings', values);
  const style = hashed(
    '/settings/settings.css',
    minifyCss((await read('base.css')) + (await read('settings.css'))),
  );
  const icon = hashed('/settings/icon.svg', await read('icon.svg'));
  const html = (await read('index.html'))
    .replace(/\n\s+/g, '\n')
    .replace('/settings/main.js', script.path)
    .replace('/settings/settings.css', style.path)
    .replaceAll('/settings/icon.svg', icon.path);
  const page = { path: '/settings.html', content: html, headers: { 'Cache-Control': 'no-cache' } };
  // Browsers request it for pages that name no icon, such as a response of the API in a tab.
  const favicon = {
    path: '/favicon.ico',
    content: await readFile(join('settings', 'favicon.ico')),
  };
  return [page, favicon, script, ...parts, style, icon];
}

/** Returns the fields that each scope may write, so that the page has the API's table but not its code. */
function fieldsOfScope(): Record<string, { group: string; fields: string[] }> {
  const groups = Object.keys(scopeOfGroup) as FieldGroup[];
  const fields = Object.entries(userFields);
  return Object.fromEntries(
    groups.map((group) => [
      scopeOfGroup[group],
      { group, fields: fields.filter(([, field]) => field.group === group).map(([name]) => name) },
    ]),
  );
}
