import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { NDJSON } from '../../src/http/body.ts';
import { closed, type Document, type Response, type Schema } from './document.ts';

/** A response with its whole body. */
export interface ApiResponse {
  /** Method and path of the request, without the query, which may contain a key. */
  label: string;
  status: number;
  headers: Headers;
  text: string;
  /** Of lines, each of them. */
  // biome-ignore lint/suspicious/noExplicitAny: cases look into it
  body: any;
}

/** What must be true of every response. Each rule is a line of the report. */
export const RULES = {
  status: 'has a documented status',
  body: 'has the documented body, and nothing else',
  headers: 'has the documented headers',
  undocumented: 'has no undocumented header',
  requestId: 'has a request id, and the one that the caller sent, if there is one',
  problem: 'has matching status, code and type if it is a problem',
  key: 'never contains the key of the request',
} as const;
export type Rule = keyof typeof RULES;

/** The parts of a request that are needed to check its response. */
interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  keys: string[];
}

/** Headers that depend on the case, which checks them itself. */
const SOMETIMES = /^(sunset|idempotency-replayed|preference-applied|accept(-.*)?|set-cookie)$/;
/** Headers of the transport, of preflights and of proxies in front of the API. */
const NOT_OURS =
  /^(date|content-(type|length|encoding)|transfer-encoding|connection|keep-alive|vary|server|via|age|alt-svc|nel|report-to|priority|cf-.*|allow|accept-patch|access-control-(allow-(methods|headers)|max-age))$/;

/** The OpenAPI document, and the differences that were found in responses so far. */
export class Contract {
  readonly document: Document;
  readonly found: Record<Rule, Set<string>>;
  /** The codes of the errors that were returned. */
  readonly codes = new Set<string>();
  readonly #ajv: Ajv2020;

  constructor(document: Document) {
    this.document = document;
    this.found = Object.fromEntries(
      Object.keys(RULES).map((rule) => [rule, new Set()]),
    ) as unknown as Record<Rule, Set<string>>;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ ...closed(document), $id: 'document' });
  }

  /** Records every rule that a response breaks. */
  check(sent: Sent, response: ApiResponse): void {
    const note = (rule: Rule, what: string) =>
      this.found[rule].add(`${response.label} ${response.status}: ${what}`);
    const { pointer, documented } = this.#expected(sent, response.status);
    if (pointer && !documented) note('status', 'is not in the document');
    this.#checkBody(pointer, documented, sent, response, note);
    this.#checkHeaders(documented, response, note);
    const { body, text, headers } = response;
    const requestId = headers.get('X-Request-Id');
    const own = sent.headers['X-Request-Id'];
    if (!requestId || (own && /^[\w.-]{1,128}$/.test(own) && requestId !== own))
      note('requestId', `X-Request-Id is ${requestId ?? 'missing'}`);
    if (typeof body?.code === 'string' && response.status >= 400) {
      this.codes.add(body.code);
      if (body.request_id !== requestId) note('requestId', 'request_id differs from X-Request-Id');
      if (body.status !== response.status) note('problem', `the member status is ${body.status}`);
      if (!String(body.type).endsWith(`/${body.code}`)) note('problem', 'type does not match code');
    }
    const everything = text + JSON.stringify([...headers]);
    if (sent.keys.some((key) => key.length > 9 && everything.includes(key)))
      note('key', 'contains the key of the request');
  }

  /**
   * Returns the documented response, and where it is in the document. For an unknown operation, there
   * is no pointer.
   */
  #expected({ method, path }: Sent, status: number) {
    const [pathname = ''] = path.split('?');
    const paths = Object.keys(this.document.paths);
    const matches = (template: string) =>
      new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
    const template = paths.includes(pathname) ? pathname : paths.find(matches);
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = template && this.document.paths[template]?.[verb];
    if (!template || !operation) return {};
    const escaped = template.replaceAll('/', '~1').replace(/[{}]/g, encodeURIComponent);
    const pointer = `document#/paths/${escaped}/${verb}/responses/${status}`;
    return { pointer, documented: operation.responses[String(status)] };
  }

  #checkBody(
    pointer: string | undefined,
    documented: Response | undefined,
    { method }: Sent,
    { status, headers, text, body }: ApiResponse,
    note: (rule: Rule, what: string) => void,
  ): void {
    const [type = ''] = (headers.get('Content-Type') ?? '').split(';');
    const described = Object.keys(documented?.content ?? {});
    if (method === 'HEAD' || (documented && described.length === 0)) {
      if (text !== '') note('body', 'has a body');
    } else if (documented && !described.includes(type)) {
      note('body', `is ${type || 'of no type'}, not ${described.join(' or ')}`);
    } else if (documented || status >= 400) {
      const media = `/content/${type.replaceAll('/', '~1')}/schema`;
      const $ref = documented ? `${pointer}${media}` : 'document#/components/schemas/Problem';
      const parts: unknown[] = type === NDJSON ? body : [body];
      const [wrong] = parts.flatMap((part) => this.#errorsOf({ $ref }, part) ?? []);
      if (wrong) note('body', wrong);
    }
  }

  #checkHeaders(
    documented: Response | undefined,
    { status, headers }: ApiResponse,
    note: (rule: Rule, what: string) => void,
  ): void {
    const known = this.document.components.headers ?? {};
    const headersHere = { ...this.document['x-common-headers'], ...documented?.headers };
    const described = new Map(
      Object.entries<NonNullable<Response['headers']>[string]>(headersHere).map(
        ([name, header]) => {
          const schema = header.schema ?? known[header.$ref?.split('/').at(-1) ?? '']?.schema;
          return [name.toLowerCase(), schema ?? {}];
        },
      ),
    );
    for (const [name, schema] of described) {
      const text = headers.get(name);
      const value = schema['type'] === 'integer' ? Number(text) : text;
      if (text !== null) {
        const wrong = this.#errorsOf(schema, value);
        if (wrong) note('headers', `${name} is ${text}: ${wrong}`);
      } else if (!SOMETIMES.test(name) && !(name === 'etag' && status === 409))
        note('headers', `${name} is missing`);
    }
    for (const [name] of headers)
      if (!described.has(name) && !NOT_OURS.test(name)) note('undocumented', `has ${name}`);
  }

  #errorsOf(schema: Schema, value: unknown): string | undefined {
    if (this.#ajv.validate(schema, value)) return undefined;
    return (this.#ajv.errors ?? []).slice(0, 3).map(describe).join('; ');
  }
}

const describe = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath || 'the value'} ${message}${params['additionalProperty'] ? `: ${params['additionalProperty']}` : ''}`;
