import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import openApi from '../../openapi.json' with { type: 'json' };
import { errorExamples } from '../../site/error-examples.ts';
import { errorPages } from '../../site/errors.ts';
import { type Document, operationsOf, pathOf, tagPath } from '../../site/pages/document.ts';
import { errorCodes } from '../../site/pages/error-page.ts';
import { guides } from '../../site/pages/guides.ts';
import { languages, snippet } from '../../site/pages/snippets.ts';
import { errorCatalogue, problem } from '../../src/errors.ts';
import { feedbackMembers } from '../../src/feedback.ts';
import { parseMembers } from '../../src/http/validation.ts';
import { useStack } from '../support/stack.ts';

// What the build writes, and how it is served.

const stack = useStack();
const document = openApi as unknown as Document;
const operations = operationsOf(document);
const ROOT = 'dist/assets';
const pages = new Map<string, string>();

beforeAll(async () => {
  const files = await readdir(ROOT, { recursive: true });
  for (const file of files.filter((name) => /^docs.*\.html$/.test(name)))
    pages.set(`/${file.replace(/\.html$/, '')}`, await readFile(`${ROOT}/${file}`, 'utf8'));
});

const page = (path: string): string => pages.get(path) ?? '';
const attributes = (markup: string, name: string): string[] =>
  [...markup.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value);

describe('the pages', () => {
  test('are an overview, the guides, one for each tag and one for each error', () => {
    expect([...pages.keys()].sort()).toEqual(
      [
        '/docs',
        ...document.tags.map(({ name }) => tagPath(name)),
        ...guides.map(({ name }) => `/docs/${name}`),
        ...errorCodes.map((code) => `/docs/errors/${code}`),
      ].sort(),
    );
  });

  test('have a title and a description of their own', () => {
    const titles = [...pages.values()].map((text) => /<title>(.+)<\/title>/.exec(text)?.[1]);
    expect(new Set(titles).size).toBe(pages.size);
    for (const text of pages.values()) {
      expect(attributes(text, 'lang')[0]).toBe('en');
      expect(/<meta name="description" content=".{40,300}">/.test(text)).toBe(true);
      expect(text.match(/<h1[ >]/g)).toHaveLength(1);
    }
  });

  test('have no inline script or style, and load nothing from other origins', () => {
    for (const text of pages.values()) {
      expect(text).not.toMatch(/<script(?! type="module" src="\/docs\/assets\/)|<style|<iframe/);
      expect(text).not.toMatch(/<[^>]* (style|on\w+)="/);
      expect(attributes(text, 'src').filter((url) => !url.startsWith('/docs/assets/'))).toEqual([]);
      expect(attributes(text, 'href').filter((url) => !/^[/#]/.test(url))).toEqual([]);
    }
  });

  test('have no broken links', async () => {
    const files = new Set((await readdir(ROOT, { recursive: true })).map((name) => `/${name}`));
    const wrong: string[] = [];
    for (const [path, text] of pages)
      for (const url of attributes(text, 'href')) {
        const [target = '', id] = url.split('#');
        const there = target === '' ? path : target;
        if (!files.has(there) && !files.has(`${there}.html`)) wrong.push(`${path}: ${url}`);
        if (id && !attributes(page(there), 'id').includes(id)) wrong.push(`${path}: ${url}`);
      }
    expect(wrong).toEqual([]);
  });

  test('have at most 60 KiB gzipped', () => {
    for (const [path, text] of pages)
      expect([path, gzipSync(text).length < 60 * 1024]).toEqual([path, true]);
  });

  test('lead from each to the next, through all of them, and back', () => {
    const step = (path: string, rel: string) =>
      new RegExp(`<a rel="${rel}" href="([^"]+)"`).exec(page(path))?.[1];
    const seen: string[] = [];
    for (let path: string | undefined = '/docs'; path; path = step(path, 'next')) {
      expect([path, step(path, 'prev')]).toEqual([path, seen.at(-1)]);
      seen.push(path);
    }
    expect(seen.slice(0, 2)).toEqual(['/docs', '/docs/quick-start']);
    expect(seen.toSorted()).toEqual([...pages.keys()].toSorted());
  });

  test('have contents, where they are long', () => {
    for (const { name } of guides) {
      const text = page(`/docs/${name}`);
      const parts = [...text.matchAll(/<h2 id="([^"]+)"/g)].map(([, id]) => `#${id}`);
      const [, contents] = /<nav class="contents".*?>([\s\S]*?)<\/nav>/.exec(text) ?? [];
      if (parts.length > 2) expect(attributes(contents ?? '', 'href')).toEqual(parts);
    }
  });

  test('use an id once', () => {
    for (const text of pages.values()) {
      const ids = attributes(text, 'id');
      expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    }
  });

  test('have paths that feedback accepts', () => {
    for (const path of pages.keys())
      expect(parseMembers({ page: path, helpful: true }, feedbackMembers)).toBeTruthy();
  });
});

describe('the reference', () => {
  /** What a page says about an operation. */
  const sectionOf = (id: string): string => {
    const tag = operations.find((operation) => operation.id === id)?.tag ?? '';
    const section = page(tagPath(tag)).split(`<section class="operation" id="${id}"`)[1] ?? '';
    return section.split('</section>')[0] ?? '';
  };

  test('shows every operation with an example in every language', () => {
    expect(operations.length).toBeGreaterThan(10);
    for (const { id, method, path, isKeyed } of operations) {
      const own = sectionOf(id);
      const text = own.replace(/<wbr>/g, '');
      expect(text).toContain(`>${method}</span> <code>${path}</code>`);
      for (const language of Object.keys(languages))
        expect(own.split(`class="language-${language}"`)).toHaveLength(isKeyed ? 3 : 2);
      if (isKeyed) expect(own).toMatch(/\?api_key=<var data-fill="key">YOUR_API_KEY/);
    }
  });

  test('lists the fields of the update with their types, and folds up what lies within others', () => {
    const text = sectionOf('updateUser');
    expect(text).toMatch(/>email<\/code> <span class="type">string &lt;email&gt;<\/span>/);
    expect(text).toMatch(/>first_name<\/code> <span class="type">string \| null<\/span>/);
    expect(text).toMatch(/<details class="children"><summary>.*child attributes/);
  });

  test('says of each field of the update what it means, what it requires and whether it can be cleared', () => {
    const fields = new Map(
      (sectionOf('updateUser').split('<h3>Responses</h3>')[0] ?? '')
        .split('<li>')
        .map((item) => [/field-name">(\w+)</.exec(item)?.[1], item.replace(/<[^>]+>/g, '')]),
    );
    expect(fields.get('email')).toMatch(
      /E-mail address.* Cannot be cleared: null is refused\. Requires user:write\./,
    );
    expect(fields.get('phone')).toMatch(/Phone number.* Requires user:write\./);
    expect(fields.get('phone')).not.toContain('cleared');
    expect(fields.get('birthdate')).toContain(
      'Send a whole day as midnight UTC: 1815-12-10T00:00:00Z',
    );
    expect(fields.get('is_paying')).toMatch(/Requires billing:write, and that the owner/);
    expect(fields.get('follower_count')).toMatch(/number of followers.*accepted and ignored/);
  });

  test('shows the id of a key where one is needed, not that of a user', () => {
    const keyed = operations.filter(({ path }) => path.includes('{key_id}'));
    expect(keyed.map(({ id }) => id)).toEqual(['getKey', 'updateKey', 'revokeKey', 'rotateKey']);
    for (const operation of keyed)
      expect(snippet(operation, 'header', 'curl')).toMatch(
        /\/keys\/f47ac10b-58cc-4372-a567-0e02b2c3d479/,
      );
  });

  test('sends no API key to an operation that takes the session only', () => {
    const own = structuredClone(document);
    const operation = own.paths['/api/v1/keys/self']?.['get'];
    if (operation) operation.security = [{ session: [] }];
    const [changed] = operationsOf(own).filter(({ id }) => id === 'getOwnKey');
    expect(changed && snippet(changed, 'header', 'curl')).toMatch(/^curl [^A]*$/);
  });

  test('has on the overview the anchors of the time when it was one page', () => {
    for (const operation of operations)
      expect(page('/docs')).toMatch(
        new RegExp(`<li id="${operation.id}">.*<a href="${pathOf(operation)}">`),
      );
  });
});

describe('the page of an error', () => {
  test.each(errorCodes)('%s is complete', (code) => {
    const text = page(`/docs/errors/${code}`);
    const { status, retry } = errorCatalogue[code];
    const headings = [...text.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, heading]) => heading);
    expect(headings).toEqual(
      expect.arrayContaining(['What causes it', 'How to fix it', 'Whether to retry', 'Example']),
    );
    expect(text).toContain(`<strong>${retry ? 'Yes' : 'No.'}</strong>`);
    expect(text.match(/<li>/g)?.length).toBeGreaterThanOrEqual(errorPages[code].causes.length);
    expect(text).toContain(`<span class="status bad">${status}</span> <code>${code}</code>`);
  });

  test.each(errorCodes)('%s is the target of the problem type', async (code) => {
    const { type } = (await problem(errorExamples[code], 'id', stack.origin).json()) as {
      type: string;
    };
    const { status, text } = await stack.fetch(new URL(type).pathname);
    expect([status, text]).toEqual([200, page(`/docs/errors/${code}`)]);
  });

  test('is linked from real errors', async () => {
    const key = `?api_key=${(await stack.key(await stack.user())).key}`;
    const responses = await Promise.all([
      stack.fetch('/nowhere'),
      stack.fetch('/docs/nowhere'),
      stack.fetch('/healthz', { method: 'PUT' }),
      stack.fetch(`/api/v1/user/${crypto.randomUUID()}`),
      stack.fetch(`/api/v1/user/${crypto.randomUUID()}${key}`),
      stack.fetch(`/api/v1/user/1${key}`),
    ]);
    expect(responses.map(({ body }) => body.code)).toEqual([
      'route_not_found',
      'route_not_found',
      'method_not_allowed',
      'missing_api_key',
      'insufficient_scope',
      'validation_failed',
    ]);
    for (const { body } of responses) {
      const { status, headers } = await stack.fetch(body.type.replace(stack.origin, ''));
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    }
  });
});

describe('served', () => {
  test('/ redirects to the documentation', async () => {
    const { status, headers } = await stack.fetch('/', { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, '/docs']);
  });

  test('/docs/reference leads to the list of operations', async () => {
    const { status, headers } = await stack.fetch('/docs/reference', { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, '/docs']);
  });

  test('/openapi.json is the document, readable from any origin', async () => {
    const { headers, text } = await stack.fetch('/openapi.json');
    expect(text).toBe(await readFile('openapi.json', 'utf8'));
    expect(JSON.parse(text).openapi).toMatch(/^3\.1\./);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=63072000',
    });
  });

  test('/openapi-3.0.json is the same in OpenAPI 3.0, readable from any origin', async () => {
    const { headers, text } = await stack.fetch('/openapi-3.0.json');
    const [now, older] = [await readFile('openapi.json', 'utf8'), text].map((one) =>
      JSON.parse(one),
    );
    expect(older.openapi).toMatch(/^3\.0\./);
    expect(Object.keys(older.paths)).toEqual(Object.keys(now.paths));
    expect(Object.keys(older.components.schemas)).toEqual(Object.keys(now.components.schemas));
    expect([headers.get('content-type'), headers.get('access-control-allow-origin')]).toEqual([
      'application/json',
      '*',
    ]);
  });

  test('/llms.txt names every guide, operation and error', async () => {
    const { text, headers } = await stack.fetch('/llms.txt');
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    for (const [, url = ''] of text.matchAll(/\]\((.*?)\)/g))
      expect([url, (await stack.fetch(url.split('#')[0] ?? '')).status]).toEqual([url, 200]);
    for (const code of errorCodes) expect(text).toContain(`/docs/errors/${code})`);
    for (const operation of operations) expect(text).toContain(`](${pathOf(operation)})`);
  });

  test('/robots.txt lets search engines read the documentation', async () => {
    const { text } = await stack.fetch('/robots.txt');
    expect(text).toContain('User-agent: *');
    expect(text).not.toContain('Disallow: /docs');
  });

  test.each(['/docs', '/docs/reference/users', '/docs/errors', '/docs/errors/edit_conflict'])(
    '%s carries the policy of the Settings page, and is not framed',
    async (path) => {
      const ours = (await stack.fetch(path)).headers;
      const settings = (await stack.fetch('/settings')).headers;
      const name = 'content-security-policy';
      expect(ours.get(name)).toBe(settings.get(name));
      expect(ours.get(name)).toMatch(/default-src 'none'.*trusted-types 'none'/);
      expect(ours.get('x-frame-options')).toBe('DENY');
      expect(ours.get('access-control-allow-origin')).toBeNull();
    },
  );

  test('/favicon.ico is an icon', async () => {
    const response = await fetch(`${stack.origin}/favicon.ico`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^image\/(x-icon|vnd\.microsoft\.icon)$/),
    ]);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([...bytes.subarray(0, 6)]).toEqual([0, 0, 1, 0, 1, 0]);
  });
});

describe('an unknown page', () => {
  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const open = (path: string, init: RequestInit = {}) =>
    stack.fetch(path, { headers: { accept: BROWSER }, ...init });

  test.each([
    '/docs/nowhere',
    '/docs/errors/nowhere',
    '/docs/nowhere/',
    '/settings/nowhere',
    '/doc',
  ])('%s is our 404 page in a browser, with the usual headers', async (path) => {
    const { status, headers, text } = await open(path);
    const ours = (await stack.fetch('/docs')).headers;
    expect([status, headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(text).toContain('<h1>Page not found</h1>');
    expect(text).toMatch(/<meta name="robots" content="noindex">/);
    expect(text).not.toMatch(/class="feedback"|rel="canonical"/);
    const not = ['cache-control', 'content-length', 'date', 'etag', 'transfer-encoding'];
    for (const [name, value] of ours)
      if (!not.includes(name)) expect([name, headers.get(name)]).toEqual([name, value]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('is a problem document for programs, for other methods and below /api', async () => {
    const responses = [
      await stack.fetch('/docs/nowhere'),
      await open('/docs/nowhere', { headers: { accept: 'application/json, text/html;q=0.1' } }),
      await open('/docs/nowhere', { method: 'POST' }),
      await open('/api/v1/nothing'),
    ];
    expect(responses.map(({ status, body }) => [status, body?.code])).toEqual(
      responses.map(() => [404, 'route_not_found']),
    );
  });

  test('has no body for HEAD, and is logged like any other request', async () => {
    const { length } = stack.logs;
    const { status, text } = await open('/settings/nowhere', { method: 'HEAD' });
    expect([status, text]).toEqual([404, '']);
    await expect.poll(() => stack.logs.length).toBeGreaterThan(length);
    expect(JSON.parse(stack.logs.at(-1) ?? '')).toMatchObject({
      status: 404,
      code: 'route_not_found',
    });
  });

  test('does not cover the sign-in routes', async () => {
    const navigation = { accept: BROWSER, 'sec-fetch-mode': 'navigate' };
    const { status } = await stack.fetch('/auth/callback', {
      headers: navigation,
      redirect: 'manual',
    });
    expect(status).toBe(303);
  });
});
