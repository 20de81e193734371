import { malformedHeader, readHeader } from './request-headers.ts';

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

/** Reads If-Match, If-None-Match and Base-Version of an update. Throws malformed_header. */
export function parseConditions(headers: Headers): Conditions {
  const ifMatch = readHeader(headers, 'If-Match');
  const ifNoneMatch = readHeader(headers, 'If-None-Match');
  const baseVersion = readHeader(headers, 'Base-Version');
  return {
    ...(ifMatch && { ifMatch: parseIfMatch(ifMatch) }),
    ...(ifNoneMatch && {
      ifNoneMatch: parseTags(ifNoneMatch, 'weak') ?? malformedTags('If-None-Match'),
    }),
    ...(baseVersion && { baseVersion: parseBaseVersion(baseVersion) }),
  };
}

/**
 * Reads If-Match and If-None-Match of a request that only reads. An If-None-Match that cannot be
 * understood matches nothing: the worst that comes of it is a whole answer. Throws malformed_header.
 */
export function parseReadConditions(headers: Headers): Required<Omit<Conditions, 'baseVersion'>> {
  const ifMatch = readHeader(headers, 'If-Match');
  const ifNoneMatch = readHeader(headers, 'If-None-Match') ?? '';
  return {
    ifMatch: ifMatch ? parseIfMatch(ifMatch) : '*',
    ifNoneMatch: parseTags(ifNoneMatch, 'weak') ?? [],
  };
}

const parseIfMatch = (value: string): Versions =>
  parseTags(value, 'strong') ?? malformedTags('If-Match');

function malformedTags(header: string): never {
  throw malformedHeader(
    header,
    'Send one or more ETags in quotation marks, separated by commas, or *.',
  );
}

/** Stands for a tag; no header can hold it. */
const TAG = '\0';

/**
 * The versions of a list of entity tags; undefined if it is none. `comparison`: whether weak tags count
 * (RFC 9110, section 8.8.3.2).
 */
function parseTags(value: string, comparison: 'strong' | 'weak'): Versions | undefined {
  if (value === '*') return '*';
  const tags: string[] = [];
  // The runtime reads headers as UTF-8: what a tag of others holds beyond ASCII can be any character.
  const between = value.replace(/(?:W\/)?"[\x21\x23-\x7e\x80-\uffff]*"/g, (tag) => {
    tags.push(tag);
    return TAG;
  });
  // Without a regular expression that could go over a long run of spaces again and again.
  const parts = between.replace(/[ \t]/g, '').split(',');
  if (tags.length === 0 || !parts.every((part) => part === '' || part === TAG)) return undefined;
  return tags
    .map((tag) => versionOf(comparison === 'weak' ? tag.replace(/^W\//, '') : tag))
    .filter((version) => version !== undefined && version <= MAX_VERSION) as number[];
}

function parseBaseVersion(value: string): number {
  const version = versionOf(value);
  if (version !== undefined) return Math.min(version, MAX_VERSION);
  throw malformedHeader(
    'Base-Version',
    'Send the ETag of the version that you edited, in quotation marks, such as "7".',
  );
}

function versionOf(tag: string): number | undefined {
  const digits = /^"([1-9]\d*)"$/.exec(tag)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
