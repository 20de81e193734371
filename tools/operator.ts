import { randomUUID } from 'node:crypto';
import type { Database } from '../src/db/client.ts';
import { classify } from '../src/db/faults.ts';
import type { Asker } from '../src/key-operations.ts';

/** A request id by which the record of events tells the command line from the API. */
export const operatorRequestId = (): string => `cli.${randomUUID()}`;

/** Whoever runs the command line, acting for a user. */
export const operatorFor = (userId: string, db: Database): Asker => ({
  access: { credential: { operatorFor: userId }, scopes: ['keys:write'] },
  caller: {},
  requestId: operatorRequestId(),
  query: async (statement) => {
    try {
      return await statement(db);
    } catch (error) {
      throw classify(error, { sent: true, expired: false });
    }
  },
});
