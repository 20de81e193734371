import { type HarRequest, snippetz } from '@scalar/snippetz';
import { FORM } from '../../src/http/body.ts';
import type { Operation } from './document.ts';
import { PLACEHOLDERS } from './highlight.ts';

/** Where an example puts the API key. */
export type KeyPlace = 'header' | 'query';

/** The languages of the examples, in the order of their tabs. */
export const languages = {
  curl: 'cURL',
  javascript: 'JavaScript',
  python: 'Python',
  swift: 'Swift',
  kotlin: 'Kotlin',
} as const;

export type Language = keyof typeof languages;

type Header = { name: string; value: string };

/** What an example sends. */
interface Sent {
  method: string;
  url: string;
  query: Header[];
  headers: Header[];
  body?: string;
}

const library = snippetz();

/** Returns the request of an operation in a language, ready to be pasted. */
export function snippet(operation: Operation, place: KeyPlace, language: Language): string {
  const sent = requestOf(operation, place);
  const har = harOf(sent);
  switch (language) {
    case 'curl':
      return printed('shell', 'curl', har);
    case 'javascript':
      return `const response = await ${printed('js', 'fetch', har)};\nconsole.log(response.status, await response.text());`;
    case 'python':
      return `import requests\n\nresponse = ${printed('python', 'requests', har)}\nprint(response.status_code, response.text)`;
    case 'swift':
      return swift(printed('swift', 'nsurlsession', har));
    case 'kotlin':
      return kotlin(sent);
  }
}

function printed(...[target, client, request]: Parameters<typeof library.print>): string {
  const code = library.print(target, client, request);
  if (code === undefined) throw new Error(`No example in ${target}.`);
  return code.trim();
}

/** Returns the first example of a body: others may set all fields, and would overwrite a profile. */
export const shownExample = ({ body }: Operation): unknown =>
  Object.values(body?.examples ?? {})[0];

/** Returns a value as a body of this type: a form, or JSON. */
export const bodyText = (type: string, value: unknown): string =>
  type === FORM
    ? // A colon means nothing in a form, and the names of grants are full of them.
      `${new URLSearchParams(value as Record<string, string>)}`.replaceAll('%3A', ':')
    : JSON.stringify(value, null, 2);

function requestOf(operation: Operation, place: KeyPlace): Sent {
  const { method, path, parameters, isKeyed, body } = operation;
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  return {
    method,
    url: inPath.reduce(
      (url, { name, example }) => url.replace(`{${name}}`, String(example)),
      PLACEHOLDERS.origin + path,
    ),
    query: isKeyed && place === 'query' ? [{ name: 'api_key', value: PLACEHOLDERS.key }] : [],
    headers: [
      ...(isKeyed && place === 'header'
        ? [{ name: 'Authorization', value: `Bearer ${PLACEHOLDERS.key}` }]
        : []),
      ...(body ? [{ name: 'Content-Type', value: body.type }] : []),
    ],
    ...(body && { body: bodyText(body.type, shownExample(operation)) }),
  };
}

/** Returns the request for the library, which omits bodies unless it knows their media type. */
const harOf = ({ method, url, query, headers, body }: Sent): Partial<HarRequest> => ({
  method,
  url,
  queryString: query,
  headers,
  ...(body !== undefined && { postData: { mimeType: 'application/json', text: body } }),
});

/** Replaces the end of the library's code, which throws an error that hides the response of the API. */
const swift = (code: string): string =>
  `${code.split('\nguard ')[0]}\nprint((response as! HTTPURLResponse).statusCode, String(decoding: data, as: UTF8.self))`;

/** Our own code, because the library's is for OkHttp 3 and does not compile with OkHttp 4 or later. */
function kotlin({ method, url, query, headers, body }: Sent): string {
  const search = query.map(({ name, value }) => `${name}=${value}`).join('&');
  const type = headers.find(({ name }) => name === 'Content-Type')?.value;
  const others = headers.filter(({ name }) => name !== 'Content-Type');
  const needsBody = ['POST', 'PUT', 'PATCH'].includes(method);
  // White space means nothing in JSON; in a form it does.
  const quoted = type === FORM ? `"${body}"` : `"""\n${body}\n"""`;
  return [
    'import okhttp3.OkHttpClient',
    'import okhttp3.Request',
    ...(type ? ['import okhttp3.MediaType.Companion.toMediaType'] : []),
    ...(needsBody ? ['import okhttp3.RequestBody.Companion.toRequestBody'] : []),
    '',
    ...(type ? [`val body = ${quoted}.toRequestBody("${type}".toMediaType())`] : []),
    'val request = Request.Builder()',
    `  .url("${url}${search && `?${search}`}")`,
    ...others.map(({ name, value }) => `  .header("${name}", "${value}")`),
    `  .method("${method}", ${type ? 'body' : needsBody ? 'ByteArray(0).toRequestBody()' : 'null'})`,
    '  .build()',
    '',
    'OkHttpClient().newCall(request).execute().use { response ->',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Kotlin's
    '  println("${response.code} ${response.body?.string()}")',
    '}',
  ].join('\n');
}
