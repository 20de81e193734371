import type { Schema } from '../openapi/schemas.ts';
import { type Document, follow } from './document.ts';
import { type Html, html } from './html.ts';
import { block } from './markdown.ts';

/** A member of an object, a parameter or a header, as a reader needs to know it. */
export interface Field {
  name: string;
  schema: Schema;
  required?: boolean | undefined;
  description?: string | undefined;
}

/** The fields of an object as a list, whatever lies within them folded away. */
export const fieldList = (document: Document, fields: readonly Field[]): Html =>
  html`<ul class="fields">${fields.map((field) => fieldItem(document, field))}</ul>`;

/** The members of an object's schema. */
export function membersOf(document: Document, schema: Schema): Field[] {
  const { properties = {}, required = [] } = follow(document, schema) as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, member]) => ({
    name,
    schema: member,
    required: required.includes(name),
  }));
}

function fieldItem(document: Document, { name, schema, required, description }: Field): Html {
  const own = follow(document, schema);
  const text = description ?? own['description'];
  const children = childrenOf(document, own);
  return html`<li class="field">
<p class="field-head"><code class="field-name">${name}</code> <span class="type">${typeOf(document, own)}</span>${required && html` <span class="required">required</span>`}</p>
${text !== undefined && html`<div class="prose fine">${block(String(text))}</div>`}
${limitsOf(own).map((limit) => html`<p class="limit">${limit}</p>`)}
${
  children.length > 0 &&
  html`<details class="children"><summary><span class="when-closed">Show</span><span class="when-open">Hide</span> child attributes<span class="visually-hidden"> of ${name}</span></summary>${fieldList(document, children)}</details>`
}
</li>`;
}

const childrenOf = (document: Document, schema: Schema): Field[] =>
  membersOf(document, (schema['items'] as Schema | undefined) ?? schema);

/** `string <uuid> | null`, `array of string`. */
function typeOf(document: Document, schema: Schema): string {
  const { type, format, items, anyOf } = schema as {
    type?: string | string[];
    format?: string;
    items?: Schema;
    anyOf?: Schema[];
  };
  if (anyOf) return anyOf.map((one) => typeOf(document, follow(document, one))).join(' | ');
  if (items) return `array of ${typeOf(document, follow(document, items))}`;
  if (type === undefined) return 'any';
  return [type]
    .flat()
    .map((one) => (format && one !== 'null' ? `${one} <${format}>` : one))
    .join(' | ');
}

/** What a value must keep to, in words. */
function limitsOf(schema: Schema): (string | Html)[] {
  const {
    enum: values,
    minLength,
    maxLength,
    minimum,
    maximum,
    default: preset,
  } = schema as Limits;
  const named = (values ?? []).filter((value) => value !== null);
  return [
    ...(named.length > 0
      ? [html`One of ${named.map((value, at) => html`${at > 0 && ', '}<code>${value}</code>`)}`]
      : []),
    ...(maxLength !== undefined && !schema['format']
      ? [`${minLength ?? 0} to ${maxLength.toLocaleString('en')} characters`]
      : []),
    ...(minimum !== undefined && maximum !== undefined && maximum < 2 ** 31 - 1
      ? [`${minimum} to ${maximum}`]
      : []),
    ...(preset !== undefined ? [html`Default: <code>${String(preset)}</code>`] : []),
  ];
}

interface Limits {
  enum?: (string | null)[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}
