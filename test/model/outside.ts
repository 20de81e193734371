import type fc from 'fast-check';
import type { Stack } from '../support/stack.ts';
import type { Cast, KeyName, UserName } from './cast.ts';
import type { Play, Subject } from './play.ts';
import type { User } from './world.ts';

/** Something that happens to the database without the route under test. */
export interface Happening {
  /** As it is told. */
  name: string;
  apply: (cast: Cast, stack: Stack) => Promise<unknown>;
}

/** A key is revoked, or, as no API can do it, lives again. */
export const setRevoked = (key: KeyName, revoked: boolean): Happening => ({
  name: `${revoked ? 'revoke' : 'restore'} the key ${key}`,
  apply: async ({ world, keys }, stack) => {
    const known = world.keys.get(keys[key]);
    if (!known) return;
    known.revoked = revoked;
    const time = revoked ? 'now()' : 'null';
    await stack.query(`update api_keys set revoked_at = ${time} where id = $1`, [known.id]);
  },
});

/** A key vanishes; what it changed still shows its first characters. */
export const forget = (key: KeyName): Happening => ({
  name: `delete the key ${key}`,
  apply: async ({ world, keys }, stack) => {
    const known = world.keys.get(keys[key]);
    world.keys.delete(keys[key]);
    await stack.query('delete from api_keys where id = $1', [known?.id]);
  },
});

/** An owner is promoted or demoted, comes or goes: past the change log, as an operator does it. */
export const setStanding = (
  user: UserName,
  field: 'is_superuser' | 'is_active',
  value: boolean,
): Happening => ({
  name: `set ${field} of ${user} to ${value}`,
  apply: async ({ world, users }, stack) => {
    (world.users.get(users[user]) as User).fields[field] = value;
    await stack.query(`update users set ${field} = $2 where id = $1`, [users[user], value]);
  },
});

/** The change log loses its oldest rows. */
export const prune = (user: UserName, rows: number): Happening => ({
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

/** A day and an hour pass for everything recorded under an Idempotency-Key. */
export const age: Happening = {
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
  readonly #happening: Happening;

  constructor(happening: Happening) {
    this.#happening = happening;
  }

  check(): boolean {
    return true;
  }

  async run({ cast }: Play, { stack, coverage }: Subject): Promise<void> {
    await this.#happening.apply(cast, stack);
    coverage.count(this.#happening.name.split(' ')[0] as string);
  }

  toString(): string {
    return this.#happening.name;
  }
}
