import { globSync, readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';
import { command, runCommand } from './command.ts';

/** Documents, and of the code its texts and comments. */
const FILES = [
  '*.md',
  '{bench,client}/README.md',
  'docs/**/*.md',
  'openapi.json',
  'settings/*.html',
  '{src,site,settings,tools,client/src}/**/*.{ts,sql}',
];
const RULES = 'tools/style.txt';
const MOST_WORDS = 30;

/** A text as it is read, and the line where it begins. */
interface Text {
  line: number;
  text: string;
}

/** A form that we do not write. */
interface Rule {
  pattern: RegExp;
  instead: string;
}

/** Reads `pattern => what to write instead`, one a line. */
export const parseRules = (list: string): Rule[] =>
  list
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [pattern = '', instead = ''] = line.split(' => ');
      return { pattern: new RegExp(pattern, 'i'), instead };
    });

/** Returns a line for each sentence of a file that breaks a rule or is too long. */
export const faultsOf = (file: string, content: string, rules: readonly Rule[]): string[] =>
  textsOf(file, content).flatMap(({ line, text }) =>
    sentencesOf(text).flatMap((sentence) => {
      const words = sentence.split(/\s+/).length;
      const faults = rules
        .filter(({ pattern }) => pattern.test(sentence))
        .map(({ pattern, instead }) => `write ${instead}: “${pattern.exec(sentence)?.[0]}”`);
      if (words > MOST_WORDS) faults.push(`${words} words, of at most ${MOST_WORDS}`);
      return faults.map((fault) => `${file}:${line}: ${fault} in “${sentence}”`);
    }),
  );

function textsOf(file: string, content: string): Text[] {
  if (file.endsWith('.ts')) return [...literalsOf(content), ...commentsOf(content)];
  if (file.endsWith('.sql')) return commentsOf(content);
  if (file.endsWith('.json')) return membersOf(content);
  return file.endsWith('.html') ? linesOf(withoutTags(content)) : linesOf(withoutCode(content));
}

/** Code in a text counts as one word; a link is its words. */
const sentencesOf = (text: string): string[] =>
  text
    .replace(/`[^`]+`/g, 'Code')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*+/g, '')
    .split(/(?<=[.!?]["')”]?)\s+(?=[A-Z"“(…])|\n+/)
    .map((sentence) => sentence.replace(/^\s*([-#>]+|\d+\.) /, '').trim())
    .filter((sentence) => sentence !== '');

/** In our Markdown a paragraph is a line. */
const linesOf = (content: string): Text[] =>
  content
    .split('\n')
    .flatMap((line, at) =>
      line.split(' | ').map((text) => ({ line: at + 1, text: text.replace(/^\| | \|$/g, '') })),
    );

/** Empties the blocks of code, and keeps their lines. */
const withoutCode = (markdown: string): string =>
  markdown
    .replace(/^( *)```[\s\S]*?^\1```/gm, (block) => block.replace(/.*/g, ''))
    .replace(/^ {4}.*/gm, '');

const withoutTags = (html: string): string =>
  html.replace(/<[^>]*>/g, (tag) => tag.replace(/[^\n]+/g, ' '));

/** The texts of an OpenAPI document, which has one member a line. */
const membersOf = (document: string): Text[] =>
  document.split('\n').flatMap((line, at) => {
    const [, value] = /^\s*"(?:title|summary|description|detail)": (".*"),?$/.exec(line) ?? [];
    return value ? [{ line: at + 1, text: JSON.parse(value) as string }] : [];
  });

/** The line of a comment that shares it with no code. */
const COMMENT = /^\s*(?:\/\*\*?|\*(?!\/)|\/\/|--)( .*?)(?:\*\/)?$/;

/** A line of its own, in a list or a table. */
const ENTRY = /^( {3}| *[-@])/;

/** The paragraphs of comments, and the lines of their lists. */
function commentsOf(source: string): Text[] {
  const texts: Text[] = [];
  let open: Text | undefined;
  for (const [at, code] of source.split('\n').entries()) {
    const [, comment = ''] = COMMENT.exec(code) ?? [];
    const text = comment.trim();
    if (open && text !== '' && !ENTRY.test(comment)) open.text += ` ${text}`;
    else {
      const begun = { line: at + 1, text };
      texts.push(begun);
      open = text === '' || ENTRY.test(comment) ? undefined : begun;
    }
  }
  return texts;
}

/** Two words, or markup: a single word is a name. */
const IS_PROSE = /\w\s+\w|<\w/;

/** The strings and templates of a TypeScript source. */
function literalsOf(source: string): Text[] {
  const texts: Text[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, start, value, quasis, tag } = node as Node;
    if (tag?.name === 'sql') return;
    const text =
      type === 'TemplateLiteral'
        ? quasis.map((part) => part.value.cooked ?? '').join('…')
        : type === 'Literal' && typeof value === 'string' && value;
    const line = source.slice(0, start).split('\n').length;
    if (text && IS_PROSE.test(text))
      texts.push(...linesOf(withoutTags(text)).map((one) => ({ ...one, line })));
    Object.values(node).forEach(visit);
  };
  visit(parseAst(source, { lang: 'ts' }));
  return texts;
}

/** What is read of a node of the syntax tree. */
interface Node {
  type: string;
  start: number;
  value: unknown;
  quasis: { value: { cooked: string | null } }[];
  tag?: { name?: string };
}

if (import.meta.main)
  await runCommand(
    command(
      'node tools/check-style.ts',
      `Checks documents, texts and comments for the words in ${RULES} and for sentences of more than ${MOST_WORDS} words.`,
    ).action(() => {
      const rules = parseRules(readFileSync(RULES, 'utf8'));
      const files = globSync(FILES, { exclude: ['**/node_modules/**', 'client/src/api.ts'] });
      const faults = files.flatMap((file) => faultsOf(file, readFileSync(file, 'utf8'), rules));
      for (const fault of faults) console.error(fault);
      if (faults.length > 0) process.exitCode = 1;
    }),
  );
