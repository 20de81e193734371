/**
 * Sources of requests that are not our pages, and the headers that a browser sends from them to
 * `ours`.
 */
export const FOREIGN_SOURCES: [string, (ours: string) => Record<string, string>][] = [
  ['another site', () => ({ 'sec-fetch-site': 'cross-site' })],
  ['another host of the site', () => ({ 'sec-fetch-site': 'same-site' })],
  ['the address bar', () => ({ 'sec-fetch-site': 'none' })],
  ['two places at once', () => ({ 'sec-fetch-site': 'same-origin, cross-site' })],
  [
    'another site that claims our origin',
    (ours) => ({ 'sec-fetch-site': 'cross-site', origin: ours }),
  ],
  ['another origin', () => ({ origin: 'https://elsewhere.example' })],
  ['a host whose name begins with ours', (ours) => ({ origin: `${ours}.elsewhere.example` })],
  ['a port that begins with ours', (ours) => ({ origin: `${ours}0` })],
  ['a port that ours begins with', (ours) => ({ origin: ours.slice(0, -1) })],
  ['a host whose name ends with ours', (ours) => ({ origin: ours.replace('://', '://x.') })],
  ['our host over another scheme', (ours) => ({ origin: ours.replace('http:', 'https:') })],
  ['an origin with ours behind it', (ours) => ({ origin: `https://elsewhere.example ${ours}` })],
  ['an opaque origin', () => ({ origin: 'null' })],
  ['an empty origin', () => ({ origin: '' })],
  ['an unknown source', () => ({})],
];
