import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { scopeOfGroup } from '../permissions.ts';
import { type UserField, type UserUpdate, userFields } from '../user-fields.ts';
import { literals } from './credential.ts';
import { billingPlans, roles, userChanges, users } from './schema.ts';

// The steps of an update, each the text of a CTE that reads those before it by their names.

const names = (update: UserUpdate): UserField[] => Object.keys(update) as UserField[];

const list = (parts: SQL[]): SQL => sql.join(parts, sql`, `);

const column = (step: string, name: string): SQL =>
  sql`${sql.identifier(step)}.${sql.identifier(name)}`;

/** The columns of a step in the order of the schema, which need not be that of the table. */
export const columnsOf = (step: string): SQL =>
  list(Object.keys(getTableColumns(users)).map((name) => column(step, name)));

/** `target`: the user, locked, if the credential may reach them. `unless`: one more condition. */
export const lockedUser = (userId: string, unless: SQL | undefined): SQL => sql`
  select * from ${users} where id = ${userId}
    and exists (select from credential where refusal is null) ${unless}
  for no key update`;

/** `proposed`: the new values by name, each of its column's type without the length, which a cast would cut it to. */
export const proposal = (update: UserUpdate): SQL =>
  sql`select ${list(
    names(update).map((field) => {
      const type = users[field].getSQLType().replace(/\(\d+\)$/, '');
      return sql`${update[field]}::${sql.raw(type)} as ${sql.identifier(field)}`;
    }),
  )}`;

/** `changed`: the fields that would change, and whether the credential may not change them. */
export const changes = (update: UserUpdate): SQL => sql`
  select field, before, after, scope <> all (credential.scopes) as refused
  from credential, target, proposed, lateral (
    values ${list([NO_CHANGE, ...names(update).map(change)])}
  ) as change (field, scope, before, after)
  where before is distinct from after`;

/** Gives the list of changes its types, and a row even to an update without fields. */
const NO_CHANGE = sql`(null, null, null::jsonb, null::jsonb)`;

const change = (field: UserField): SQL =>
  sql`(${literals([field, scopeOfGroup[userFields[field].group]])}, to_jsonb(${column('target', field)}), to_jsonb(${column('proposed', field)}))`;

const ALLOWED = sql`(select error is null and changes from verdict)`;

/** `updated`: the row after the update, if there was anything to do and the verdict allows it. */
export const updatedRow = (update: UserUpdate): SQL => sql`
  update ${users} set ${list([
    ...names(update).map((field) => sql`${sql.identifier(field)} = ${column('proposed', field)}`),
    sql`version = ${users.version} + 1`,
    sql`updated_at = now()`,
  ])} from target, proposed where ${users.id} = target.id and ${ALLOWED}
  returning ${columnsOf('users')}`;

/** `updated`, of an update that is only validated: what the row would be; its version stays. */
export const rowInThought = (update: UserUpdate): SQL => sql`
  select ${list(
    Object.keys(getTableColumns(users)).map((name) =>
      column(name in update ? 'proposed' : 'target', name),
    ),
  )} from target, proposed where ${ALLOWED}`;

/** `logged`: the row of the change log. */
export const logRow = (requestId: string): SQL => sql`
  insert into ${userChanges} (user_id, version, api_key_id, request_id, changed_at, changes)
  select updated.id, updated.version, credential.id, ${requestId}, updated.updated_at, (
    select jsonb_object_agg(field, jsonb_build_object('before', before, 'after', after)) from changed
  ) from updated, credential`;

/** What the fields that point to other tables point to. */
const references = {
  role_id: roles,
  active_billing_plan_id: billingPlans,
  next_billing_plan_id: billingPlans,
} as const;

/** The first constraint that the row in thought (`answer`) violates, by the name that Postgres would give. */
export const violatedConstraint = sql<string | null>`case
    when exists (
      select from ${users} as other where lower(other.email) = lower(answer.email) and other.id <> answer.id
    ) then 'users_email_key'
    ${sql.join(
      Object.entries(references).map(
        ([field, table]) => sql`
    when ${column('answer', field)} is not null and not exists (
      select from ${table} as referenced where referenced.id = ${column('answer', field)}
    ) then ${sql.raw(`'users_${field}_fkey'`)}`,
      ),
    )}
  end`;
