// Every pattern of the document keeps to the tokens that all engines of regular expressions share
// (JSON Schema 2020-12, core, section 6.4): literal characters, classes, quantifiers, anchors, groups.
// No escapes: Go and PCRE do not know `\u0000`, and generators escape a `/` once more.

/**
 * Text without C0 control characters. Names the characters that are accepted, since no Go or Python
 * source can contain a NUL. The second range is for engines that match UTF-16 code units: they read the
 * end of the first range as two units, so it ends before some of the surrogates.
 */
export const ONE_LINE_PATTERN = '^[ -\u{10ffff}\ud7ff-\uffff]*$';

/** Returns the pattern of an expression without escapes, except for those of slashes that JavaScript adds. */
export const patternOf = ({ source }: RegExp): string => source.replaceAll('\\/', '/');

/** One or more ETags, or any. */
export const TAGS_PATTERN = '^([*]|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*)$';

/** The ETag of the version that was edited. */
export const BASE_PATTERN = '^"[1-9][0-9]{0,15}"$';
