import { randomUUID } from 'node:crypto';
import type { Database } from '../src/db/client.ts';
import { classify } from '../src/db/faults.ts';
import type { Asker } from '../src/key-operations.ts';

/** Whoever runs the command line, acting for a user. */
export const operatorFor = (userId: string, db: Database): Asker => ({
  access: { credential: { operatorFor: userId }, scopes: ['keys:write'] },
  caller: {},
  requestId: randomUUID(),
  query: async (statement) => {
    try {
      return await statement(db);
    } catch (error) {
      throw classify(error, { sent: true, expired: false });
    }
  },
});
