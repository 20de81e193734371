import type pg from 'pg';

/** A table or an index. */
export interface Relation {
  name: string;
  /** The table that an index belongs to; null: it is a table itself. */
  table: string | null;
  /** On disk; of a table with its long values and maps. */
  bytes: number;
}

/** The tables that grow with the users, and their indexes. */
export async function relationSizes(pool: pg.Pool): Promise<Relation[]> {
  const { rows } = await pool.query<Relation & { bytes: string }>(
    `select class.relname as name, pg_table_size(class.oid) as bytes,
       case when class.relkind = 'i' then owner.relname end as table
     from pg_class as owner
     left join pg_index on indrelid = owner.oid
     join pg_class as class on class.oid in (owner.oid, indexrelid)
     where owner.oid = any ($1::regclass[])
     group by class.oid, owner.oid
     order by owner.relname, class.relkind desc, class.relname`,
    [['users', 'api_keys', 'user_changes']],
  );
  return rows.map(({ name, table, bytes }) => ({ name, table, bytes: Number(bytes) }));
}
