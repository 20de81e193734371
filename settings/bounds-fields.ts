import type { Scope } from '../src/permissions.ts';
import type { ApiKey, KeyUpdate } from './api.ts';
import { make, show, within } from './dom.ts';
import { boxGroup, checkbox, checkedValues, field, optional } from './form-parts.ts';
import { fieldsOf } from './roles.ts';

type Bounds = Required<Pick<KeyUpdate, 'allowed_ips' | 'fields'>>;

/** What limits a key beside its role: the addresses that it works from, and the fields that it may write. */
export class BoundsFields {
  readonly #key: Pick<ApiKey, 'allowed_ips' | 'fields'> | undefined;
  #boxes: ReturnType<typeof checkbox>[] = [];
  readonly fields = boxGroup('fields', 'Fields that it can update', []);
  readonly addresses = make('textarea', { id: 'allowed-ips', rows: '2', spellcheck: 'false' });
  /** To be placed in a form; folded unless the key has bounds. */
  readonly element: HTMLDetailsElement;

  /** `key`: one that has bounds, which can only become narrower. */
  constructor(scopes: readonly Scope[], key?: Pick<ApiKey, 'allowed_ips' | 'fields'>) {
    this.#key = key;
    this.addresses.value = key?.allowed_ips?.join('\n') ?? '';
    this.element = make(
      'details',
      { class: 'limits', open: Boolean(key?.allowed_ips || key?.fields) },
      make('summary', {}, 'Limit addresses and fields'),
      make(
        'div',
        { class: 'limits-body' },
        field(
          optional('Allowed addresses'),
          this.addresses,
          'One per line, such as 192.0.2.64/26 or 2001:db8::/32. Empty: any address.',
        ),
        this.fields,
      ),
    );
    this.offer(scopes);
  }

  /** Offers the fields that a key with these scopes may write: all but those that are not checked. */
  offer(scopes: readonly Scope[]): void {
    const names = this.#key?.fields ?? fieldsOf(scopes);
    const before = this.#boxes;
    this.#boxes = names.map((name) => {
      const old = before.find(({ input }) => input.value === name);
      return old ?? checkbox(name, make('code', {}, name), `field-${name}`);
    });
    within(this.fields, '.boxes').replaceChildren(...this.#boxes.map(({ element }) => element));
    show(this.fields, names.length > 0);
  }

  /** What is wrong with the fields, in words; undefined if nothing is. */
  get fault(): string | undefined {
    const isNone = this.#boxes.length > 0 && checkedValues(this.#boxes).length === 0;
    return isNone ? 'Choose at least one field. A role that only reads updates none.' : undefined;
  }

  /** What is sent; null: no limit. */
  get value(): Bounds {
    const addresses = this.addresses.value.split(/[\s,]+/).filter((each) => each !== '');
    const checked = checkedValues(this.#boxes) as NonNullable<Bounds['fields']>;
    const isLimited = this.#key?.fields || checked.length < this.#boxes.length;
    return {
      allowed_ips: addresses.length > 0 ? addresses : null,
      fields: isLimited ? checked : null,
    };
  }
}
