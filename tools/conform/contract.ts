import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { closed, type Document, type Response, type Schema } from './document.ts';

/** An answer, read to its end. */
export interface Answer {
  /** Method and path of the request, without a query, which may hold a key. */
  label: string;
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: cases look into it
  body: any;
}

/** What must hold of every answer; each is a case of its own. */
export const RULES = {
  status: 'has a status that the document knows',
  body: 'has the body that the document describes, and no more',
  headers: 'has the headers that the document describes',
  undocumented: 'has no header that the document does not know',
  requestId: 'has the id of the request, which is that of the caller if there is one',
  problem: 'if it is a problem, agrees with its own status and code',
  key: 'never repeats a key that was sent',
} as const;
export type Rule = keyof typeof RULES;

/** What was sent, as far as an answer is judged by it. */
interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  keys: string[];
}

/** Headers that depend on the case, which then demands them itself. */
const SOMETIMES = /^(sunset|idempotency-replayed|preference-applied|accept(-.*)?|set-cookie)$/;
/** Headers of the transport, of preflights and of what stands before the API. */
const NOT_OURS =
  /^(date|content-(type|length|encoding)|transfer-encoding|connection|keep-alive|vary|server|via|age|alt-svc|nel|report-to|priority|cf-.*|allow|accept-patch|access-control-(allow-(methods|headers)|max-age))$/;

/** The document, and what the answers so far were found to lack of it. */
export class Contract {
  readonly document: Document;
  readonly found: Record<Rule, Set<string>>;
  /** The codes of the errors that were answered. */
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

  /** Notes everything that is wrong with an answer, whatever it was asked for. */
  judge(sent: Sent, answer: Answer): void {
    const note = (rule: Rule, what: string) =>
      this.found[rule].add(`${answer.label} ${answer.status}: ${what}`);
    const { pointer, response } = this.#expected(sent, answer.status);
    if (pointer && !response) note('status', 'is not in the document');
    this.#judgeBody(pointer, response, sent, answer, note);
    this.#judgeHeaders(response, answer, note);
    const { body, text, headers } = answer;
    const requestId = headers.get('X-Request-Id');
    const own = sent.headers['X-Request-Id'];
    if (!requestId || (own && /^[\w.-]{1,128}$/.test(own) && requestId !== own))
      note('requestId', `X-Request-Id is ${requestId ?? 'missing'}`);
    if (typeof body?.code === 'string' && answer.status >= 400) {
      this.codes.add(body.code);
      if (body.request_id !== requestId) note('requestId', 'request_id differs from X-Request-Id');
      if (body.status !== answer.status) note('problem', `says that its status is ${body.status}`);
      if (!String(body.type).endsWith(`/${body.code}`))
        note('problem', 'its type is of another code');
    }
    const everything = text + JSON.stringify([...headers]);
    if (sent.keys.some((key) => key.length > 9 && everything.includes(key)))
      note('key', 'contains the key of the request');
  }

  /** Where the document describes such an answer; no pointer: it does not know the operation. */
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
    return { pointer, response: operation.responses[String(status)] };
  }

  #judgeBody(
    pointer: string | undefined,
    response: Response | undefined,
    { method }: Sent,
    { status, headers, text, body }: Answer,
    note: (rule: Rule, what: string) => void,
  ): void {
    const [type = ''] = (headers.get('Content-Type') ?? '').split(';');
    const described = Object.keys(response?.content ?? {});
    if (method === 'HEAD' || (response && described.length === 0)) {
      if (text !== '') note('body', 'has a body');
    } else if (response && !described.includes(type)) {
      note('body', `is ${type || 'of no type'}, not ${described.join(' or ')}`);
    } else if (response || status >= 400) {
      const media = `/content/${type.replaceAll('/', '~1')}/schema`;
      const $ref = response ? `${pointer}${media}` : 'document#/components/schemas/Problem';
      const wrong = this.#errorsOf({ $ref }, body);
      if (wrong) note('body', wrong);
    }
  }

  #judgeHeaders(
    response: Response | undefined,
    { status, headers }: Answer,
    note: (rule: Rule, what: string) => void,
  ): void {
    const known = this.document.components.headers ?? {};
    const headersHere = { ...this.document['x-common-headers'], ...response?.headers };
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
    return (this.#ajv.errors ?? []).slice(0, 3).map(inWords).join('; ');
  }
}

const inWords = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath || 'it'} ${message}${params['additionalProperty'] ? `: ${params['additionalProperty']}` : ''}`;
