import type fc from 'fast-check';
import type { Stack } from '../support/stack.ts';
import type { Cast, KeyName, UserName } from './cast.ts';
import type { Play, Subject } from './play.ts';

/** A change of the database that no route under test makes. */
export interface OutsideEvent {
  /** The name to print. */
  name: string;
  apply: (cast: Cast, stack: Stack) => Promise<unknown>;
}

/** Revokes a key, or restores it, which the API cannot do. */
export const setRevoked = (key: KeyName, revoked: boolean): OutsideEvent => ({
  name: `${revoked ? 'revoke' : 'restore'} the key ${key}`,
  apply: async ({ world, keys }, stack) => {
    const known = world.keys.get(keys[key]);
    if (!known) return;
    known.revoked = revoked;
    const time = revoked ? 'now()' : 'null';
    await stack.query(`update api_keys set revoked_at = ${time} where id = $1`, [known.id]);
  },
});

/** Deletes a key. The changes that it made still show its prefix. */
export const deleteKey = (key: KeyName): OutsideEvent => ({
  name: `delete the key ${key}`,
  apply: async ({ world, keys }, stack) => {
    const known = world.keys.get(keys[key]);
    world.keys.delete(keys[key]);
    await stack.query('delete from api_keys where id = $1', [known?.id]);
  },
});

/** Promotes, demotes, activates or deactivates an owner with SQL, without a log row. */
export const setAccountField = (
  user: UserName,
  field: 'is_superuser' | 'is_active',
  value: boolean,
): OutsideEvent => ({
  name: `set ${field} of ${user} to ${value}`,
  apply: async ({ world, users }, stack) => {
    const known = world.users.get(users[user]);
    if (!known) return;
    known.fields[field] = value;
    await stack.query(`update users set ${field} = $2 where id = $1`, [users[user], value]);
  },
});

/** Deletes the oldest rows of the change log. */
export const dropLog = (user: UserName, rows: number): OutsideEvent => ({
  name: `drop the log of ${user} up to version ${rows + 1}`,
  apply: async ({ world, users }, stack) => {
    const id = users[user];
    world.log = world.log.filter((row) => row.user !== id || row.version > rows + 1);
    await stack.query('delete from user_changes where user_id = $1 and version <= $2', [
      id,
      rows + 1,
    ]);
  },
});

/** Makes all records of Idempotency-Keys 25 hours older. */
export const expireRecords: OutsideEvent = {
  name: 'let 25 hours pass',
  apply: async ({ world }, stack) => {
    for (const record of world.records.values()) record.old = true;
    await stack.query(
      `update idempotency_records set created_at = created_at - interval '25 hours'
       where lineage_id in (select lineage_id from api_keys where id = any($1))`,
      [[...world.keys.values()].map(({ id }) => id)],
    );
  },
};

export class Outside implements fc.AsyncCommand<Play, Subject> {
  readonly #event: OutsideEvent;

  constructor(event: OutsideEvent) {
    this.#event = event;
  }

  check(): boolean {
    return true;
  }

  async run({ cast }: Play, { stack, coverage }: Subject): Promise<void> {
    await this.#event.apply(cast, stack);
    coverage.count(this.#event.name.split(' ')[0] as string);
  }

  toString(): string {
    return this.#event.name;
  }
}
