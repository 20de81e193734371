import { malformedHeader } from './request-headers.ts';

/** The versions that entity tags stand for; `*`: any. A tag that is no version of ours is not in it. */
export type Versions = '*' | readonly number[];

/** What must hold of the user for a request to be carried out. */
export interface Conditions {
  /** RFC 9110, section 13.1.1: the user must be at one of them. */
  ifMatch?: Versions;
  /** RFC 9110, section 13.1.2: the user must be at none of them. */
  ifNoneMatch?: Versions;
  /** The version that the update was made from: no field in it may have been changed since. */
  baseVersion?: number;
}

/** Whether this version is one of them. */
export const isOneOf = (versions: Versions, version: number): boolean =>
  versions === '*' || versions.includes(version);

/** No user gets there. The largest `integer` of Postgres but one, since its ranges end one after. */
const MAX_VERSION = 2 ** 31 - 2;

/** The version of a user as a strong entity tag (RFC 9110, section 8.8.3). */
export const entityTag = (version: number): string => `"${version}"`;

/** Reads If-Match, If-None-Match and Base-Version. Throws malformed_header. */
export function parseConditions(headers: Headers): Conditions {
  const ifMatch = headers.get('If-Match');
  const ifNoneMatch = headers.get('If-None-Match');
  const baseVersion = headers.get('Base-Version');
  return {
    ...(ifMatch !== null && { ifMatch: parseTags('If-Match', ifMatch, 'strong') }),
    ...(ifNoneMatch !== null && { ifNoneMatch: parseTags('If-None-Match', ifNoneMatch, 'weak') }),
    ...(baseVersion !== null && { baseVersion: parseBaseVersion(baseVersion) }),
  };
}

/** Stands for a tag; no header can hold it. */
const TAG = '\0';

/** `comparison`: whether weak tags count (RFC 9110, section 8.8.3.2). */
function parseTags(name: string, value: string, comparison: 'strong' | 'weak'): Versions {
  if (value.trim() === '*') return '*';
  const tags: string[] = [];
  // The runtime reads headers as UTF-8: what a tag of others holds beyond ASCII can be any character.
  const between = value.replace(/(?:W\/)?"[\x21\x23-\x7e\x80-\uffff]*"/g, (tag) => {
    tags.push(tag);
    return TAG;
  });
  // Without a regular expression that could go over a long run of spaces again and again.
  const parts = between.replace(/[ \t]/g, '').split(',');
  if (tags.length === 0 || !parts.every((part) => part === '' || part === TAG))
    throw malformedHeader(
      name,
      'Send the ETag of an answer with its quotation marks, several separated by commas, or *.',
    );
  return tags
    .map((tag) => versionOf(comparison === 'weak' ? tag.replace(/^W\//, '') : tag))
    .filter((version) => version !== undefined && version <= MAX_VERSION) as number[];
}

function parseBaseVersion(value: string): number {
  const version = versionOf(value.trim());
  if (version !== undefined) return Math.min(version, MAX_VERSION);
  throw malformedHeader(
    'Base-Version',
    'Send the ETag of the version that was edited, such as "7", with its quotation marks.',
  );
}

function versionOf(tag: string): number | undefined {
  const digits = /^"([1-9]\d*)"$/.exec(tag)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
