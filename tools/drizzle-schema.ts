import { pgSchema } from 'drizzle-orm/pg-core';
import { SCHEMA } from '../src/db/schema.ts';

// What drizzle-kit reads: the tables, and the schema that they are in, which the Worker need not know.

export * from '../src/db/schema.ts';
export const profile = pgSchema(SCHEMA);
