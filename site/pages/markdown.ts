import MarkdownIt from 'markdown-it';
import { highlight } from './highlight.ts';
import { Html, html } from './html.ts';

/** Returns the anchor of a heading. */
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

/** A block of code. With a label, it has limited height and scrolls, so it can have the keyboard focus. */
export const codeBlock = (code: string, language: string, label?: string): Html =>
  html`<div class="code"><pre${
    label !== undefined && html` class="low" tabindex="0" role="region" aria-label="${label}"`
  }><code class="language-${language || 'text'}">${highlight(code, language)}</code></pre></div>`;

export const block = (text: string): Html => new Html(markdown.render(text));

export const inline = (text: string): Html => new Html(markdown.renderInline(text));

/** Returns a Markdown text without its markup, for descriptions of pages. */
export const plain = (text: string): string =>
  markdown
    .parseInline(text, {})
    .flatMap(({ children }) => children ?? [])
    .map(({ type, content }) => (type === 'softbreak' ? ' ' : content))
    .join('');

/** A heading, and the text below it without markup. */
export interface Section {
  level: number;
  /** The anchor of the heading. */
  id: string;
  title: string;
  text: string;
}

/** Returns the sections of a Markdown text, without their code blocks. */
export function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  const tokens = markdown.parse(text, {});
  for (const [at, { type, content }] of tokens.entries()) {
    const heading = tokens[at - 1];
    if (type !== 'inline') continue;
    if (heading?.type === 'heading_open')
      sections.push({
        level: Number(heading.tag.slice(1)),
        id: slugOf(content),
        title: plain(content),
        text: '',
      });
    else {
      const section = sections.at(-1);
      if (section) section.text += `${plain(content)} `;
    }
  }
  return sections;
}

/** Returns the code blocks of a Markdown text, fenced or indented. */
export const codeBlocksOf = (text: string): string[] =>
  markdown
    .parse(text, {})
    .filter(({ type }) => type === 'fence' || type === 'code_block')
    .map(({ content }) => content);
