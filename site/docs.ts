import { readFile } from 'node:fs/promises';
import { MISSING_PAGE } from '../src/http/response.ts';
import { bundle, hashed, minifyCss, type SiteFile } from './files.ts';
import { inVersion30 } from './openapi/print.ts';
import type { Document } from './pages/document.ts';
import { errorCodes, errorIndex, errorPage } from './pages/error-page.ts';
import { guideFile, guides } from './pages/guides.ts';
import { html } from './pages/html.ts';
import { layout, type Page, type Site } from './pages/layout.ts';
import { llmsTxt, ROBOTS_TXT } from './pages/llms.ts';
import { block } from './pages/markdown.ts';
import { referencePage } from './pages/reference.ts';

const ANY_ORIGIN = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** Makes the documentation out of docs/ and openapi.json. */
export async function docsSite(): Promise<SiteFile[]> {
  const specification = await readFile('openapi.json', 'utf8');
  const styles = await Promise.all(
    ['settings/base.css', 'site/styles/docs.css', 'site/styles/reference.css'].map((file) =>
      readFile(file, 'utf8'),
    ),
  );
  const script = hashed('/docs/assets/main.js', await bundle('site/browser/main.ts'));
  const style = hashed('/docs/assets/docs.css', minifyCss(styles.join('')));
  const icon = hashed('/docs/assets/icon.svg', await readFile('settings/icon.svg', 'utf8'));
  const document = JSON.parse(specification) as Document;
  const site = { document, script: script.path, style: style.path, icon: icon.path };
  return [
    ...(await pagesOf(site)).map((page) => ({
      path: `${page.path}.html`,
      content: layout(page, site),
    })),
    script,
    style,
    icon,
    ...(await guidesForAgents()),
    { path: '/openapi.json', content: specification, headers: ANY_ORIGIN },
    { path: '/openapi-3.0.json', content: inVersion30(specification), headers: ANY_ORIGIN },
    { path: '/llms.txt', content: llmsTxt(document), headers: ANY_ORIGIN },
    { path: '/robots.txt', content: ROBOTS_TXT },
    { path: '/_redirects', content: '/ /docs 302\n' },
  ];
}

const readGuide = (name: string): Promise<string> => readFile(guideFile(name), 'utf8');

const pagesOf = async (site: Site): Promise<Page[]> => [
  referencePage(site),
  ...(await Promise.all(guides.map(guidePage))),
  ...(await Promise.all(errorCodes.map((code) => errorPage(site, code)))),
  missing,
];

/** What browsers get for a page that is not there. */
const missing: Page = {
  path: MISSING_PAGE,
  title: 'Page not found',
  description: 'This page does not exist.',
  missing: true,
  content: html`<article class="prose">
<h1>Page not found</h1>
<p class="lead">There is no page at this address. Check it for a typing error.</p>
<ul><li><a href="/docs">Documentation</a></li><li><a href="/settings">API keys</a></li></ul>
</article>`,
};

async function guidePage({ name, title, description }: (typeof guides)[number]): Promise<Page> {
  const text = block(await readGuide(name));
  return {
    path: `/docs/${name}`,
    title,
    description,
    content: html`<article class="prose">${text}${name === 'errors' && errorIndex()}</article>`,
  };
}

/** The guides as they were written, for readers that like Markdown better. */
const guidesForAgents = (): Promise<SiteFile[]> =>
  Promise.all(
    guides.map(async ({ name }) => ({
      path: `/docs/${name}.md`,
      content: await readGuide(name),
      headers: ANY_ORIGIN,
    })),
  );
