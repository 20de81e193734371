import { pgSchema } from 'drizzle-orm/pg-core';
import { SCHEMA } from '../src/db/schema.ts';

// For drizzle-kit: the tables, and their Postgres schema, which the Worker does not need.

export * from '../src/db/schema.ts';
export const profile = pgSchema(SCHEMA);
