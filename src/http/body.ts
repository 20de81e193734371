import { ApiError } from '../errors.ts';
import { jsonFault } from './json-fault.ts';
import { parseRequestTimeout, readHeader } from './request.ts';
import { invalidBody } from './validation.ts';

/** What a body of PATCH may be: a merge patch (RFC 7396), by either name. */
export const MERGE_PATCH = ['application/merge-patch+json', 'application/json'];

/** A form. */
export const FORM = 'application/x-www-form-urlencoded';

/** Lines of JSON. */
export const NDJSON = 'application/x-ndjson';

/** What a body of many items may be: a JSON array, or a line for each. */
export const ITEMS = ['application/json', NDJSON];

/** The largest body that is read, in bytes, and the largest one of many items. */
export const MAX_BODY_BYTES = 64 * 1024;
export const MAX_ITEMS_BYTES = 1024 * 1024;

/** How long a body may take to arrive, in milliseconds, if the client sets no Request-Timeout. */
export const BODY_TIMEOUT_MS = 10_000;

/**
 * Reads a JSON body of one of these media types. Throws unsupported_media_type, body_too_large,
 * request_timeout or malformed_json.
 */
export async function readJson(
  request: Request,
  mediaTypes: readonly string[] = ['application/json'],
): Promise<unknown> {
  checkMediaType(request, mediaTypes);
  const text = decode(await readBytes(request, MAX_BODY_BYTES));
  return parseJson(text, jsonFault);
}

/** Reads a form. Throws unsupported_media_type, body_too_large or request_timeout. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  checkMediaType(request, [FORM]);
  return new URLSearchParams(new TextDecoder().decode(await readBytes(request, MAX_BODY_BYTES)));
}

/**
 * Reads a body of 1 to `most` items, which the caller has to check. `isLines`: each had a line of its own.
 * Throws what readJson throws, and validation_failed for any other number of items.
 */
export async function readItems(
  request: Request,
  most: number,
): Promise<{ items: readonly unknown[]; isLines: boolean }> {
  const isLines = checkMediaType(request, ITEMS) === NDJSON;
  const text = decode(await readBytes(request, MAX_ITEMS_BYTES));
  const items = isLines
    ? linesOf(text)
    : parseJson(text, (faulty) => jsonFault(faulty, { wanted: 'array' }));
  if (!Array.isArray(items)) throw invalidBody('invalid_type', 'The body must be a JSON array.');
  if (items.length === 0 || items.length > most)
    throw invalidBody('out_of_range', `Send 1 to ${most} items.`);
  return { items: isLines ? items.map(parseLine) : items, isLines };
}

/** The lines of a text; the last may end with a line feed like the others. */
const linesOf = (text: string): string[] =>
  text === '' ? [] : text.replace(/\n$/, '').split('\n');

/** Parses the line with this index. Throws malformed_json. */
const parseLine = (line: string, index: number): unknown =>
  parseJson(line, (text) =>
    text.trim() === ''
      ? `Line ${index + 1}: remove the empty line.`
      : jsonFault(text, { lineNumber: index + 1 }),
  );

function parseJson(text: string, explain: (text: string) => string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedJson(explain(text));
  }
}

export const malformedJson = (detail: string) => new ApiError('malformed_json', detail);

/**
 * RFC 9110, sections 8.3 and 8.4. JSON is UTF-8, whatever a charset says (RFC 8259, sections 8.1 and 11),
 * and comes uncompressed. Returns the media type. Throws unsupported_media_type.
 */
function checkMediaType({ headers, method }: Request, mediaTypes: readonly string[]): string {
  const type =
    (readHeader(headers, 'Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!mediaTypes.includes(type))
    throw new ApiError(
      'unsupported_media_type',
      `${whatIsSent('Content-Type', type)}; send ${mediaTypes.join(' or ')}.`,
      // RFC 9110, section 15.5.16, and RFC 5789, section 2.2.
      {
        headers: {
          [method === 'PATCH' ? 'Accept-Patch' : 'Accept']: mediaTypes.join(', '),
        },
      },
    );
  const coding = readHeader(headers, 'Content-Encoding')
    ?.toLowerCase()
    .split(/[ \t]*,[ \t]*/)
    .find((name) => name !== '' && name !== 'identity');
  if (coding !== undefined)
    throw new ApiError(
      'unsupported_media_type',
      `${whatIsSent('Content-Encoding', coding)}; send the body without compression.`,
      { headers: { 'Accept-Encoding': 'identity' } },
    );
  return type;
}

/** Names the value that is refused, unless it is long or nothing that such a header can have. */
function whatIsSent(header: string, value: string): string {
  if (value === '') return `The ${header} header is missing`;
  const isName = /^[\w!#$&^.+/-]{1,100}$/.test(value);
  return isName ? `The ${header} is ${value}` : `This ${header} is not accepted`;
}

type Bytes = ArrayBuffer | Uint8Array;

/**
 * Reads a body. The runtime ends it where its Content-Length says, and removes that header from one that
 * comes in chunks (RFC 9112, section 6.3). Of such a one, it reads at most one byte more than there may be.
 */
async function readBytes(request: Request, most: number): Promise<Bytes> {
  const { headers } = request;
  const length = headers.get('Content-Length') ?? '';
  const isMeasured = /^\d+$/.test(length);
  if (isMeasured && Number(length) > most) throw bodyTooLarge(most);
  const timeoutMs = parseRequestTimeout(headers) ?? BODY_TIMEOUT_MS;
  const reading = isMeasured ? request.arrayBuffer() : readAtMost(request, most + 1);
  const bytes = await within(timeoutMs, reading);
  if (bytes.byteLength > most) throw bodyTooLarge(most);
  return bytes;
}

/** Reads to the end, or as many bytes as there is room for. */
async function readAtMost({ body }: Request, room: number): Promise<Bytes> {
  const reader = body?.getReader({ mode: 'byob' });
  const result = await reader?.read(new Uint8Array(room), { min: room });
  return result?.value ?? new Uint8Array();
}

/** Waits for a body. One promise: more cost 3 % of a PUT. */
function within(timeoutMs: number, reading: Promise<Bytes>): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(bodyTooSlow(timeoutMs)), timeoutMs);
    reading.then(
      (bytes) => {
        clearTimeout(timer);
        resolve(bytes);
      },
      () => {
        clearTimeout(timer);
        reject(malformedJson('Send the whole body; it ended early.'));
      },
    );
  });
}

/** RFC 9110, section 15.5.9. The runtime closes the connection, as it does after any body that is not read. */
export const bodyTooSlow = (timeoutMs: number) =>
  new ApiError(
    'request_timeout',
    `Try again; the body did not arrive within ${timeoutMs / 1000} second${timeoutMs === 1000 ? '' : 's'} and nothing was changed.`,
  );

export const bodyTooLarge = (most = MAX_BODY_BYTES) =>
  new ApiError('body_too_large', `Send a body of at most ${most} bytes.`);

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** What a decoder puts where bytes are not UTF-8. */
const REPLACEMENT = '\ufffd';

function decode(bytes: Bytes): string {
  const text = utf8.decode(bytes);
  if (text.includes(REPLACEMENT)) requireUtf8(bytes);
  if (text.startsWith('\ufeff')) throw malformedJson('Remove the byte order mark before the JSON.');
  return text;
}

/** Throws malformed_json unless the bytes are UTF-8. It would cost 1 % of a PUT to decode each body by it. */
function requireUtf8(bytes: Bytes): void {
  try {
    strictUtf8.decode(bytes);
  } catch {
    throw malformedJson('Encode the body as UTF-8.');
  }
}
