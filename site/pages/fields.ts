import type { Schema } from '../openapi/schemas.ts';
import { type Document, follow } from './document.ts';
import { type Html, html } from './html.ts';
import { block } from './markdown.ts';

/** What the reference shows of a member of an object, a parameter or a header. */
export interface Field {
  name: string;
  schema: Schema;
  required?: boolean | undefined;
  description?: string | undefined;
}

/** Whether the reader sends the fields, and must know what is required and allowed, or receives them. */
type Direction = 'sent' | 'received';

/** Lists the fields of an object; the members of a field are folded. */
export const fieldList = (
  document: Document,
  fields: readonly Field[],
  direction: Direction = 'sent',
): Html =>
  html`<ul class="fields">${fields.map((field) => fieldItem(document, field, direction))}</ul>`;

/** Returns the members of an object's schema. */
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

function fieldItem(document: Document, field: Field, direction: Direction): Html {
  const { name, schema, required, description } = field;
  const own = follow(document, schema);
  const text = description ?? own['description'];
  const children = childrenOf(document, own);
  return html`<li>
<p class="field-head"><code class="field-name">${name}</code> <span class="type">${typeOf(document, own)}</span>${required && direction === 'sent' && html` <span class="required">required</span>`}</p>
${text !== undefined && html`<div class="prose fine">${block(String(text))}</div>`}
${limitsOf(own, direction).map((limit) => html`<p class="limit">${limit}</p>`)}
${
  children.length > 0 &&
  html`<details class="children"><summary><span class="when-closed">Show</span><span class="when-open">Hide</span> child attributes<span class="visually-hidden"> of ${name}</span></summary>${fieldList(document, children, direction)}</details>`
}
</li>`;
}

const childrenOf = (document: Document, schema: Schema): Field[] =>
  membersOf(document, (schema['items'] as Schema | undefined) ?? schema);

/** Returns the type in words, such as `string <uuid> | null` or `array of string`. */
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

/** Returns the limits of a value, in words. */
function limitsOf(schema: Schema, direction: Direction): (string | Html)[] {
  const {
    enum: values,
    minLength,
    maxLength,
    minimum,
    maximum,
    default: preset,
  } = schema as Limits;
  const named = (values ?? []).filter((value) => value !== null);
  const choice = named.map((value, at) => html`${at > 0 && ', '}<code>${value}</code>`);
  const limits: (string | Html)[] = [];
  if (named.length > 0) limits.push(html`One of ${choice}`);
  if (direction === 'received') return limits;
  if (maxLength !== undefined && !schema['format'])
    limits.push(
      `${minLength ? `${minLength} to` : 'At most'} ${maxLength.toLocaleString('en')} characters`,
    );
  if (minimum !== undefined && maximum !== undefined)
    limits.push(`${minimum} to ${maximum.toLocaleString('en')}`);
  if (preset !== undefined) limits.push(html`Default: <code>${String(preset)}</code>`);
  return limits;
}

interface Limits {
  enum?: (string | null)[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}
