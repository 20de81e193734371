import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { HSTS } from '../src/headers.ts';
import { scopeOfGroup } from '../src/permissions.ts';
import { type FieldGroup, userFields } from '../src/user-fields.ts';

// Makes the settings page out of settings/: one HTML file, one script, one style sheet, one icon.

/** What wrangler.toml's assets.directory names. */
const OUTPUT = 'dist/assets';

/** Nothing but our own files, no inline code, no frame, and no text that becomes markup. */
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self'`,
  `connect-src 'self'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
  `base-uri 'none'`,
  `require-trusted-types-for 'script'`,
  `trusted-types 'none'`,
].join('; ');

const SECURITY: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), clipboard-write=(self)',
  // Not no-referrer, with which a browser calls the origin of the sign-out form "null".
  'Referrer-Policy': 'same-origin',
  'Strict-Transport-Security': HSTS,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** The fields of each writing scope, so that the page has the API's own table and none of its code. */
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

async function script(): Promise<string> {
  const bundle = await rolldown({
    input: 'settings/main.ts',
    platform: 'browser',
    transform: { define: { FIELDS_OF_SCOPE: JSON.stringify(fieldsOfScope()) } },
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  return output[0].code;
}

/** Takes comments and indentation away; nothing in our style sheet has them in a string. */
const minifyCss = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .trim();

/** `main.js` to `main-1a2b3c4d.js`: another content is another file, so browsers may keep each. */
function hashedName(name: string, content: string): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
  return name.replace('.', `-${hash}.`);
}

function headersFile(files: string[]): string {
  const rule = (path: string, headers: Readonly<Record<string, string>>) =>
    `${path}\n${Object.entries(headers)
      .map(([name, value]) => `  ${name}: ${value}\n`)
      .join('')}`;
  const forever = { 'Cache-Control': 'public, max-age=31536000, immutable' };
  return [
    rule('/*', SECURITY),
    rule('/settings', { 'Cache-Control': 'no-cache' }),
    ...files.map((file) => rule(`/settings/${file}`, forever)),
  ].join('\n');
}

const read = (name: string): Promise<string> => readFile(join('settings', name), 'utf8');
const sources: Record<string, string> = {
  'main.js': await script(),
  'settings.css': minifyCss(await read('settings.css')),
  'icon.svg': await read('icon.svg'),
};
let html = (await read('index.html')).replace(/\n\s+/g, '\n');
const folder = join(OUTPUT, 'settings');
await mkdir(folder, { recursive: true });
const files: string[] = [];
for (const [name, content] of Object.entries(sources)) {
  const file = hashedName(name, content);
  files.push(file);
  html = html.replaceAll(`/settings/${name}`, `/settings/${file}`);
  await writeFile(join(folder, file), content);
}
await writeFile(join(OUTPUT, '_headers'), headersFile(files));
await writeFile(join(OUTPUT, 'settings.html'), html);
for (const old of await readdir(folder)) {
  if (!files.includes(old)) await rm(join(folder, old));
}
