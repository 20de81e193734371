import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transform } from 'lightningcss';
import { rolldown } from 'rolldown';
import { HSTS } from '../src/http/response.ts';

// What the Settings page and the documentation share: how static files are built, named and served.

/** A file of the site, by the path under which it is served. */
export interface SiteFile {
  path: string;
  content: string | Uint8Array;
  /** Response headers in addition to `SECURITY`, or instead of one of these. */
  headers?: Readonly<Record<string, string>>;
}

/** Allows only our own files: no inline code, no frames, and no text that becomes markup. */
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
  // Not no-referrer: a browser would then send "null" as the origin of the sign-out form.
  'Referrer-Policy': 'same-origin',
  'Strict-Transport-Security': HSTS,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const FOREVER = { 'Cache-Control': 'public, max-age=31536000, immutable' };

/** Adds a hash of the content to the file's name (`main-1a2b3c4d.js`), so that browsers may cache it. */
export function hashed(path: string, content: string): SiteFile {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
  return { path: path.replace(/\.(?=\w+$)/, `-${hash}.`), content, headers: FOREVER };
}

/**
 * Bundles a script for browsers, with some names replaced by values that only the build knows. Returns the script,
 * and then the parts that it loads when they are needed.
 */
export async function bundle(
  input: string,
  folder: string,
  values: Record<string, unknown> = {},
): Promise<[SiteFile, ...SiteFile[]]> {
  const define = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  const build = await rolldown({ input, platform: 'browser', transform: { define } });
  const { output } = await build.generate({
    format: 'esm',
    minify: true,
    hashCharacters: 'hex',
    entryFileNames: '[name]-[hash:8].js',
    chunkFileNames: '[name]-[hash:8].js',
  });
  const [script, ...parts] = output.map((file) => ({
    path: `${folder}/${file.fileName}`,
    content: file.type === 'chunk' ? file.code : file.source,
    headers: FOREVER,
  }));
  if (!script) throw new Error(`${input} has no output`);
  return [script, ...parts];
}

/** The same style sheet in fewer bytes. */
export const minifyCss = (css: string): string =>
  transform({ filename: 'style.css', code: Buffer.from(css), minify: true }).code.toString();

/** Writes all files, and their headers as the platform reads them, to a folder. Removes other files there. */
export async function writeSite(folder: string, files: readonly SiteFile[]): Promise<void> {
  const all = [...files, { path: '/_headers', content: headersFile(files) }];
  for (const { path, content } of all) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  // The folder is not emptied first, because wrangler's development server would find it empty.
  const kept = new Set(all.map(({ path }) => join(folder, path)));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(file)) await rm(file);
  }
}

/** Returns a rule for all files, and one for each file with its own headers; the platform allows 100. */
function headersFile(files: readonly SiteFile[]): string {
  const own = files.flatMap(({ path, headers }) =>
    headers ? [rule(path.replace(/\.html$/, ''), headers)] : [],
  );
  return [rule('/*', SECURITY, []), ...own].join('\n');
}

/** If two rules set a header, the platform joins the values, unless the later rule removes it first. */
const rule = (
  path: string,
  headers: Readonly<Record<string, string>>,
  before = Object.keys(SECURITY),
): string =>
  `${path}\n${Object.entries(headers)
    .map(([name, value]) => `${before.includes(name) ? `  ! ${name}\n` : ''}  ${name}: ${value}\n`)
    .join('')}`;
