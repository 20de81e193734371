import { readFile } from 'node:fs/promises';
import { contents } from './contents.ts';
import { errorIndex } from './error-page.ts';
import { guideFile, guides } from './guides.ts';
import { Html, html } from './html.ts';
import type { Page } from './layout.ts';
import { block } from './markdown.ts';
import { ownValues } from './own-values.ts';

/** A guide, with its text in Markdown. */
export type Guide = (typeof guides)[number] & { text: string };

export const readGuides = (): Promise<Guide[]> =>
  Promise.all(
    guides.map(async (guide) => ({
      ...guide,
      text: await readFile(guideFile(guide.name), 'utf8'),
    })),
  );

/** The title, and the paragraph that introduces the guide, unless it introduces an example. */
const OPENING = /^<h1.*\n(?:<p>.*[^:]<\/p>\n)?/;

/** Returns the page of a guide: opening, contents, fields for the values of its examples, and the rest. */
export function guidePage({ name, title, description, text }: Guide): Page {
  const { markup } = html`${block(text)}${name === 'errors' && errorIndex()}`;
  const [opening = ''] = OPENING.exec(markup) ?? [];
  const parts = [...markup.matchAll(/<h2 id="(.+?)">(.+?)<\/h2>/g)];
  return {
    path: `/docs/${name}`,
    title,
    description,
    content: html`<article class="prose">${new Html(opening)}
${contents(parts.map(([, id = '', heading = '']) => ({ id, title: new Html(heading) })))}
${markup.includes('data-fill="key"') && ownValues()}
${new Html(markup.slice(opening.length))}</article>`,
  };
}
