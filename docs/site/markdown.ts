import MarkdownIt from 'markdown-it';
import { highlight } from './highlight.ts';
import { Html } from './html.ts';

/** What a heading is called in links. */
export const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

const markdown = new MarkdownIt({ html: false, typographer: false });

markdown.renderer.rules['fence'] = (tokens, index) => {
  const { content = '', info = '' } = tokens[index] ?? {};
  return codeBlock(content.trimEnd(), info.trim()).markup;
};
markdown.renderer.rules['heading_open'] = (tokens, index) => {
  const { tag = 'h2' } = tokens[index] ?? {};
  return `<${tag} id="${slugOf(tokens[index + 1]?.content ?? '')}">`;
};

/** A block of code with a button that copies it, which the script brings to life. */
export const codeBlock = (code: string, language: string): Html =>
  new Html(
    `<div class="code"><pre><code class="language-${language || 'text'}">${highlight(code, language).markup}</code></pre></div>`,
  );

export const block = (text: string): Html => new Html(markdown.render(text));

export const inline = (text: string): Html => new Html(markdown.renderInline(text));

/** Markdown as the words that are in it, for descriptions of pages. */
export const plain = (text: string): string =>
  text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/[`*_]/g, '');
