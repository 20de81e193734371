import { type FieldDef, Query, type QueryResultBase } from 'pg';
import { embeddedNull, refusal } from './errors.ts';
import { type Conversions, rowEncoder } from './output.ts';
import type { SqlQuery } from './request.ts';
import type { UpstreamClient } from './upstream-client.ts';

/** The wire protocol counts parameters in 16 bits. */
const MAX_PARAMS = 65_535;

/** Counts the JSON of one response, over all its statements. */
export class ResponseSize {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Counts text that is about to become part of the response. As in production, only what is
   * already there counts against the limit, so the last row may exceed it.
   * @throws NeonError (507)
   */
  add(json: string): void {
    if (this.#bytes > this.#maxBytes) {
      throw refusal(507, `response is too large (max is ${this.#maxBytes} bytes)`);
    }
    this.#bytes += Buffer.byteLength(json);
  }
}

/** How to write a result. */
export interface Output {
  arrayMode: boolean;
  conversions: Conversions;
  size: ResponseSize;
}

/**
 * Runs one statement by the extended protocol and returns its result as JSON text.
 * @throws NeonError for what the server itself refuses, otherwise pg's error
 */
export async function runStatement(
  client: UpstreamClient,
  { text, params }: SqlQuery,
  { arrayMode, conversions, size }: Output,
): Promise<string> {
  if (text.includes('\0')) throw embeddedNull();
  if (params.length > MAX_PARAMS) {
    throw refusal(400, 'error encoding message to server: value too large to transmit');
  }
  const rows: string[] = [];
  let encode: ReturnType<typeof rowEncoder> | undefined;
  const result = await runExtended(client, text, params, (row, fields) => {
    if (encode === undefined) {
      encode = rowEncoder(fields, arrayMode, conversions);
      size.add(JSON.stringify(fields));
    }
    const json = encode(row);
    size.add(json);
    rows.push(json);
  });
  return (
    `{"fields":${JSON.stringify(result.fields)},"rows":[${rows.join(',')}],` +
    // pg has no command for an empty query.
    `"command":${JSON.stringify(result.command ?? '')},"rowCount":${result.rowCount},` +
    `"rowAsArray":${arrayMode}}`
  );
}

type TextRow = (string | null)[];

/** `onRow` is called while rows arrive; when it throws, the statement fails with that error. */
function runExtended(
  client: UpstreamClient,
  text: string,
  values: (string | null)[],
  onRow: (row: TextRow, fields: FieldDef[]) => void,
): Promise<QueryResultBase> {
  return new Promise((resolve, reject) => {
    // Extended even without parameters: the simple protocol would allow several statements. Not
    // written inside the call, since pg's type declarations do not know `queryMode`.
    const config = { text, values, rowMode: 'array', queryMode: 'extended' };
    const query = new Query<TextRow>(config);
    query.on('row', (row, result) => onRow(row, result?.fields ?? []));
    query.on('end', resolve);
    query.on('error', reject);
    client.query(query);
  });
}
