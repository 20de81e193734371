import type { Document } from './document.ts';
import { type Html, html } from './html.ts';
import { navigation, pager } from './navigation.ts';

/** What every page refers to: the document of the API, and the paths of the built files. */
export interface Site {
  document: Document;
  style: string;
  script: string;
  icon: string;
  /** The entries of the search. */
  search: string;
}

/** A page of the documentation, without the frame around it. */
export interface Page {
  /** The path under which it is served, such as `/docs/errors`. */
  path: string;
  title: string;
  /** One sentence, for search engines. */
  description: string;
  content: Html;
  /** The reference needs the whole width. */
  wide?: true;
  /** Whether it is the page for unknown paths, which is not indexed and has no feedback form. */
  missing?: true;
}

/** Returns the whole page. Links lead to every page, so search engines need no sitemap. */
export const layout = (page: Page, site: Site): string =>
  `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${page.description}">
<title>${page.title} – edge-profile</title>
${page.missing ? NOT_INDEXED : html`<link rel="canonical" href="${page.path}">`}
<link rel="icon" href="${site.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${site.style}">
<script type="module" src="${site.script}"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar"><div class="frame">
<a class="brand" href="/docs"><img src="${site.icon}" alt="" width="28" height="28"> <span class="brand-name">edge-profile <span class="muted">Docs</span></span></a>
<p class="bar-links"><a href="/settings">API keys</a></p>
<button type="button" class="quiet small search-button" aria-keyshortcuts="Control+K Meta+K" hidden>Search</button>
<button type="button" class="quiet small menu-button" popovertarget="menu">Menu</button>
</div></header>
<div class="frame columns">
${navigation(site.document, page.path)}
<main id="main" tabindex="-1" class="${page.wide ? 'wide' : 'narrow'}">
${page.content}
${!page.missing && [pager(site.document, page.path), feedback]}
</main>
</div>
${search(site)}
</body>
</html>`.markup
  }\n`;

const NOT_INDEXED = html`<meta name="robots" content="noindex">`;

/** The dialog of the search. It needs the script, which opens it. */
const search = (site: Site): Html =>
  html`<dialog class="search" aria-label="Search" data-entries="${site.search}" closedby="any">
<form role="search">
<label for="search-words">Search the documentation</label>
<p class="search-field"><input id="search-words" type="search" autocomplete="off" autocapitalize="off" spellcheck="false"><button type="button" class="quiet close">Close</button></p>
</form>
<p class="muted" role="status"></p>
<ol class="results"></ol>
</dialog>`;

/** The feedback form. It needs the script, which shows it. */
const feedback = html`<form class="feedback" hidden>
<p id="helpful">Was this page helpful?</p>
<p class="choices" role="group" aria-labelledby="helpful"><button type="submit" class="quiet small" value="true">Yes</button> <button type="submit" class="quiet small" value="false">No</button></p>
<p class="hint" role="status"></p>
</form>`;
