import { readFile } from 'node:fs/promises';
import { bundle, hashed, minifyCss, type SiteFile } from './files.ts';
import { inVersion30 } from './openapi/print.ts';
import type { Document } from './pages/document.ts';
import { errorCodes, errorPage } from './pages/error-page.ts';
import { type Guide, guidePage, readGuides } from './pages/guide-page.ts';
import { layout, type Page, type Site } from './pages/layout.ts';
import { llmsTxt, ROBOTS_TXT } from './pages/llms.ts';
import { missingPage } from './pages/missing-page.ts';
import { overviewPage } from './pages/overview.ts';
import { referencePages } from './pages/reference.ts';
import { searchEntries } from './pages/search-entries.ts';

const ANY_ORIGIN = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

const STYLES = [
  'settings/base.css',
  'site/styles/docs.css',
  'site/styles/search.css',
  'site/styles/reference.css',
];

/** The second path was the list of operations before each tag had its own page. */
const REDIRECTS = '/ /docs 302\n/docs/reference /docs 302\n';

/** Builds the documentation from docs/ and openapi.json. */
export async function docsSite(): Promise<SiteFile[]> {
  const specification = await readFile('openapi.json', 'utf8');
  const document = JSON.parse(specification) as Document;
  const guides = await readGuides();
  const styles = await Promise.all(STYLES.map((file) => readFile(file, 'utf8')));
  const entries = JSON.stringify(searchEntries(document, guides));
  const [script, ...parts] = await bundle('site/browser/main.ts', '/docs/assets');
  const style = hashed('/docs/assets/docs.css', minifyCss(styles.join('')));
  const icon = hashed('/docs/assets/icon.svg', await readFile('settings/icon.svg', 'utf8'));
  const search = hashed('/docs/assets/search.json', entries);
  const site = {
    document,
    script: script.path,
    style: style.path,
    icon: icon.path,
    search: search.path,
  };
  return [
    ...(await pagesOf(site, guides)).map((page) => ({
      path: `${page.path}.html`,
      content: layout(page, site),
    })),
    script,
    ...parts,
    style,
    icon,
    search,
    ...guides.map(guideForAgents),
    { path: '/docs/assets/watching.svg', content: await readFile('docs/guides/watching.svg') },
    { path: '/openapi.json', content: specification, headers: ANY_ORIGIN },
    { path: '/openapi-3.0.json', content: inVersion30(specification), headers: ANY_ORIGIN },
    { path: '/llms.txt', content: llmsTxt(document), headers: ANY_ORIGIN },
    { path: '/robots.txt', content: ROBOTS_TXT },
    { path: '/_redirects', content: REDIRECTS },
  ];
}

const pagesOf = async (site: Site, guides: readonly Guide[]): Promise<Page[]> => [
  overviewPage(site),
  ...guides.map(guidePage),
  ...referencePages(site),
  ...(await Promise.all(errorCodes.map((code) => errorPage(site, code)))),
  missingPage,
];

/** Returns a guide as Markdown, for agents. */
const guideForAgents = ({ name, text }: Guide): SiteFile => ({
  path: `/docs/${name}.md`,
  content: text,
  headers: ANY_ORIGIN,
});
