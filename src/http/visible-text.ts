// What text must not hide: names are read by people, who trust what they see.

/**
 * Characters that are invisible or change the direction of the text around them. The C0 controls are
 * not among them: text is checked for those by itself, and some of it may have tabs and newlines.
 */
const HIDDEN = String.raw`\u007f-\u009f\u2800\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}`;
/** Joiners and variation selectors: invisible too, but many scripts and emoji are written with them. */
const SHAPING = String.raw`\u200c\u200d\p{Variation_Selector}`;
/** What they shape. After a Latin letter they would only make two names look alike. */
const SHAPED = String.raw`[^\s\p{ASCII}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hangul}\p{Script=Inherited}${HIDDEN}]\p{Variation_Selector}?`;

const hidden = new RegExp(
  // A digit is an emoji only on a keycap.
  `(?!(?<=${SHAPED})[${SHAPING}])(?!(?<=\\p{Emoji})\\ufe0f\\u20e3)(?!(?<=(?!\\p{ASCII})\\p{Emoji})\\ufe0f)[${HIDDEN}]`,
  'gu',
);

const codePoint = (character: string): string =>
  `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;

/** The first hidden character of a text, such as `U+202E`; undefined if all can be seen. */
export function firstHidden(text: string): string | undefined {
  const [first] = text.match(hidden) ?? [];
  return first && codePoint(first);
}

/** The C0 controls but tab and line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const controls = /[\0-\x08\v\f\x0e-\x1f]/g;

/** A text for people to read, in which hidden characters are seen: `‹U+202E›`. */
export const showHidden = (text: string): string =>
  [hidden, controls].reduce(
    (shown, each) => shown.replace(each, (character) => `‹${codePoint(character)}›`),
    text,
  );

/** The same JSON, in which strings have hidden characters as escapes: `\u202e`. */
export const escapeHidden = (json: string): string =>
  json.replace(hidden, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
