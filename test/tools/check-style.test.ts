import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultsOf, parseRules } from '../../tools/check-style.ts';

const rules = parseRules(readFileSync('tools/style.txt', 'utf8'));
const BAD = 'Every update gets an answer.';
const HALF = 'One word after another '.repeat(4);
const LONG = `${HALF}${HALF.trim()}.`;

/** A file with one text in it, by each place where there are texts. */
const places: [file: string, content: (text: string) => string][] = [
  ['README.md', (text) => `# Title\n\nA good sentence. ${text}\n`],
  ['docs/guides/errors.md', (text) => `- ${text}\n`],
  ['docs/guides/errors.md', (text) => `| code | meaning |\n| --- | --- |\n| \`a\` | ${text} |\n`],
  ['CHANGELOG.md', (text) => `## 0.1.0\n\n- ${text}\n`],
  ['SECURITY.md', (text) => `- **Keys.** ${text}\n`],
  ['client/README.md', (text) => `1. ${text}\n`],
  ['openapi.json', (text) => `{\n  "description": ${JSON.stringify(`Good.\n\n- ${text}`)},\n}`],
  ['openapi.json', (text) => `{\n  "summary": ${JSON.stringify(text)}\n}`],
  ['src/errors.ts', (text) => `const kinds = { a: { status: 400, title: '${text}' } } as const;`],
  ['src/users/routes.ts', (text) => `throw new ApiError('a', \`\${1 + 1} ${text}\`);`],
  ['site/errors.ts', (text) => `const pages: Pages = { a: { causes: ['${text}'] } };`],
  ['site/pages/layout.ts', (text) => `const foot = html\`<p class="hint">${text}</p>\`;`],
  ['settings/list.ts', (text) => `show(x as Y, "${text}");`],
  ['settings/index.html', (text) => `<main>\n<p>${text}</p>\n</main>`],
  ['tools/keys.ts', (text) => `console.log('${text}');`],
  ['src/a.ts', (text) => `/** A sentence. ${text} */\nconst a = 1;`],
  ['src/a.ts', (text) => `/**\n * ${text.split(' ').join('\n * ')}\n */\nconst a = 1;`],
  ['src/a.ts', (text) => `// A sentence.\n//\n// - an item\n// - ${text}\n\nconst a = 1;`],
  ['src/db/functions/a.sql', (text) => `-- Returns\n--   a  ${text}\n-- A sentence.\nselect 1;`],
];

describe('a text is found in', () => {
  test.each(places)('%s', (file, content) => {
    expect(faultsOf(file, content(BAD), rules)).toEqual([
      expect.stringMatching(/:\d+: write response, return, respond: “answer” in “/),
    ]);
    expect(faultsOf(file, content(LONG), rules)).toEqual([
      expect.stringMatching(/ 3[23] words, of at most 30 in “/),
    ]);
    expect(faultsOf(file, content('Every update gets a response.'), rules)).toEqual([]);
  });
});

test('a heading of one word is read, a name in the code is not', () => {
  expect(faultsOf('README.md', '## Answers', rules)).toHaveLength(1);
  expect(faultsOf('site/pages/a.ts', 'const a = html`<h2>Answers</h2>`;', rules)).toHaveLength(1);
  expect(faultsOf('site/pages/a.ts', "const a = { b: 'answers' };", rules)).toEqual([]);
});

test('code and SQL are not read, and comments with code between them are not one text', () => {
  for (const [file, content] of [
    ['docs/guides/errors.md', '```sh\necho an answer\n```\n\nRun `answer`.\n\n    an answer\n'],
    ['src/a.ts', 'const answer = sql`select 1 as answer`;'],
    ['src/a.sql', 'select answer from answers;'],
    ['src/a.ts', `// ${HALF}\nconst a = 1;\n// ${HALF}`],
  ] as const)
    expect(faultsOf(file, content, rules)).toEqual([]);
});

test('the line of a fault is where it begins', () => {
  const lineIn = (file: string, content: string) =>
    /:(\d+):/.exec(faultsOf(file, content, rules)[0] ?? '')?.[1];
  expect(lineIn('README.md', `# A\n\n\`\`\`\ncode\n\`\`\`\n\n${BAD}\n`)).toBe('7');
  expect(lineIn('src/a.ts', `const a = 1;\nconst b = '${BAD}';`)).toBe('2');
});

describe('what we do not write', () => {
  test.each([
    'Fix the header: a list that leads nowhere.',
    'Data got successfully.',
    'You have 25 live keys.',
    'Making keys takes a moment.',
    'Whoever comes second gets 412.',
    'Somebody else changed the same.',
    'The second writer is told so.',
    'Mend what errors lists.',
    'Of the many requests that a busy key makes one gets it.',
    'How much of it is left we cannot say.',
    'It is refused, for it may be a spelling mistake.',
    'A statement of its own, for a join costs more.',
    'Repeated are 408 and 429.',
    'Nor does it wait for a lock.',
  ])('%s', (sentence) => {
    expect(faultsOf('README.md', sentence, rules)).toHaveLength(1);
  });

  test('plain sentences pass', () => {
    for (const sentence of [
      'The second writer gets 412 with the current version.',
      'Of course, a key can be revoked.',
      'The limit is meant for programs, for example for a sync.',
    ])
      expect(faultsOf('README.md', sentence, rules)).toEqual([]);
  });
});
