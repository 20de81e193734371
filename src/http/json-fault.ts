/** What a text should be. */
type Wanted = 'object' | 'array';

/** What to do; it may depend on what is wanted. */
type Advice = string | ((wanted: Wanted) => string);

/** What a text looks like that is no JSON from the start. */
const LOOKS: readonly [RegExp, Advice][] = [
  [/^$/, (wanted) => `is empty; send a JSON ${wanted}${wanted === 'object' ? ', or {}' : ''}.`],
  [/^</, (wanted) => `looks like XML or HTML; send a JSON ${wanted}.`],
  [/^--/, (wanted) => `looks like a multipart form; send a JSON ${wanted}.`],
  [/^[^\s"'{}:=]+=/, (wanted) => `looks like a form; send a JSON ${wanted}.`],
  [/^\[object \w+\]/, 'is an object that was not serialized; use JSON.stringify.'],
];

const NUMBERS = 'this is not a JSON number; send one such as 12, -1 or 0.5.';

/** What to do, by the text at the fault and before it, and by V8's own words. The first match counts. */
const ADVICE: readonly [{ at?: RegExp; before?: RegExp; fault?: RegExp }, Advice][] = [
  [{ at: /^$/ }, 'the JSON ends too early; close every quote and bracket.'],
  [{ at: /^\0/ }, 'remove U+0000; send UTF-8 without control characters.'],
  [{ fault: /^Bad control/ }, 'write control characters in a string as escapes, such as \\n.'],
  [{ fault: /^Bad/ }, 'this is not a JSON escape; write \\ in a string as \\\\.'],
  [
    { fault: /after JSON/ },
    (wanted) => `the JSON ends before this; send one ${wanted} and nothing else.`,
  ],
  [{ at: /^(?:true|false|null)\b/i }, 'write true, false and null in lower case.'],
  [
    { at: /^[+-]?(?:NaN|Infinity|undefined|None|nil)\b/i },
    'JSON has no NaN, Infinity, undefined or None; send null, or leave the field out.',
  ],
  [{ at: /^(?:\/[/*]|#)/ }, 'JSON has no comments; remove this one.'],
  [{ at: /^['‘’‚“”„`´]/ }, 'put names and strings in double quotes, ".'],
  [{ at: /^[}\]]/, before: /,$/ }, 'remove the comma before this.'],
  [{ at: /^,/, before: /[,[{]$/ }, 'remove this comma.'],
  [{ at: /^(?:[+.-]|\d+[a-z_])/i }, NUMBERS],
  [{ fault: /number/ }, NUMBERS],
  [{ fault: /^Expected ':'/ }, 'expected a colon.'],
  [{ fault: /property name/ }, 'expected a name in double quotes.'],
  [
    { fault: /^Expected/, before: /"$/ },
    'expected a comma or a closing bracket; write " in a string as \\".',
  ],
  [{ fault: /^Expected/ }, 'expected a comma or a closing bracket.'],
  [
    { before: /^$/ },
    (wanted) => `expected an ${wanted}, which begins with ${wanted === 'object' ? '{' : '['}.`,
  ],
];
const ELSE = 'expected a string in double quotes, a number, true, false, null, { or [.';

/**
 * Where a text that JSON.parse refuses is wrong, and what to do; nothing of the text is repeated.
 * `lineNumber`: which line of the body the text is, if it is not all of it.
 */
export function jsonFault(
  text: string,
  { wanted = 'object', lineNumber }: { wanted?: Wanted; lineNumber?: number } = {},
): string {
  const say = (advice: Advice): string => (typeof advice === 'string' ? advice : advice(wanted));
  const look = LOOKS.find(([pattern]) => pattern.test(text.trim()));
  if (look) return `${lineNumber ? `Line ${lineNumber}` : 'The body'} ${say(look[1])}`;
  const fault = faultOf(text);
  const position = positionOf(text, fault);
  if (position === undefined) return `Send a JSON ${wanted}.`;
  const before = text.slice(0, position);
  const near = {
    at: text.slice(position),
    before: before.trimEnd().slice(-1),
    fault: quotesBody(fault) ? '' : fault,
  };
  const advice = ADVICE.find(([when]) =>
    (['at', 'before', 'fault'] as const).every((where) => when[where]?.test(near[where]) ?? true),
  );
  const line = lineNumber ?? before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  return `Line ${line}, column ${column}: ${say(advice?.[1] ?? ELSE)}`;
}

/** V8's own words, '' if nothing is wrong. They can quote the body, so they are never passed on. */
function faultOf(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Where the word, number or character begins that must not be there; undefined if V8 does not say. */
function positionOf(text: string, fault: string): number | undefined {
  if (/end of JSON/.test(fault) && !quotesBody(fault)) return text.length;
  const given = /at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(fault)?.[1];
  if (!given && !quotesBody(fault)) return undefined;
  let position = given ? Number(given) : search(text, fault);
  const isInWord = !/^(?:Bad|Expected)/.test(fault) || /\w/.test(text.charAt(position));
  if (position < text.length && isInWord)
    while (/[\w.+-]/.test(text.charAt(position - 1))) position--;
  return position;
}

/** V8 gives no position where it quotes the token that is wrong, and a few characters around it. */
const quotesBody = (fault: string): boolean => fault.endsWith('is not valid JSON');
const QUOTED = /^Unexpected token '.{1,2}', (?:\.{3})?"(.*)"(?:\.{3})? is not valid JSON$/s;

/** The fault is, in what V8 quotes, where the longest beginning of the text ends that it does not. */
function search(text: string, fault: string): number {
  const quoted = QUOTED.exec(fault)?.[1] ?? text;
  let right = Math.max(0, text.indexOf(quoted));
  let wrong = right + quoted.length;
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (quotesBody(faultOf(text.slice(0, middle)))) wrong = middle;
    else right = middle;
  }
  return right;
}
