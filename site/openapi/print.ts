import { Converter } from '@apiture/openapi-down-convert';

/** U+FFFF is escaped: YAML parsers, which many tools use for JSON too, refuse the character itself. */
export const printDocument = (document: object): string =>
  `${JSON.stringify(document, null, 2).replaceAll('\uffff', '\\uffff')}\n`;

/** Returns the same document in OpenAPI 3.0, for tools that know nothing else. */
export const inVersion30 = (document: string): string =>
  printDocument(new Converter(JSON.parse(document)).convert());
