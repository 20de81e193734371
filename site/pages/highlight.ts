import { escapeHtml, Html } from './html.ts';

/** Comments, strings and literals. These are enough to make examples readable, in all our languages. */
const TOKENS: readonly (readonly [string, RegExp])[] = [
  ['c', /(?:^|(?<=\s))#(?!").*|(?<!:)\/\/.*/],
  ['s', /#?"""[\s\S]*?"""#?|"(?:[^"\\\n]|\\.)*"|'[^']*'/],
  ['l', /(?<![\w-])(?:true|false|null|True|False|None|\d+(?:\.\d+)?)(?![\w-])/],
];

const ANY = new RegExp(TOKENS.map(([, { source }]) => `(${source})`).join('|'), 'gm');

/** The values in examples that the page replaces with the reader's own. */
export const PLACEHOLDERS = {
  origin: 'https://api.example.com',
  key: 'YOUR_API_KEY',
  user: '3c90c3cc-0d44-4b50-8888-8dd25736052a',
} as const;

/** Returns an example as markup, with the places marked where the reader's own values are filled in. */
export function highlight(code: string, language = ''): Html {
  if (language === 'text') return new Html(escapeHtml(code));
  let markup = '';
  let end = 0;
  for (const match of code.matchAll(ANY)) {
    const kind = TOKENS[match.slice(1).findIndex((group) => group !== undefined)]?.[0];
    markup += `${escapeHtml(code.slice(end, match.index))}<span class="${kind}">${escapeHtml(match[0])}</span>`;
    end = match.index + match[0].length;
  }
  return new Html(fillable(markup + escapeHtml(code.slice(end))));
}

/** The places where the id is the reader's. Other ids in examples look the same. */
const USER = new RegExp(`(?<=/user/|USER_ID=)${PLACEHOLDERS.user}`, 'g');

const fillable = (markup: string): string =>
  markup
    .replaceAll(PLACEHOLDERS.origin, slot('origin'))
    .replaceAll(PLACEHOLDERS.key, slot('key'))
    .replaceAll(USER, slot('user'));

const slot = (name: keyof typeof PLACEHOLDERS): string =>
  `<var data-fill="${name}">${PLACEHOLDERS[name]}</var>`;
