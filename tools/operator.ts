import { randomUUID } from 'node:crypto';
import type { Database } from '../src/db/client.ts';
import { ConstraintViolation, classify } from '../src/db/faults.ts';
import type { Attempt } from '../src/db/run.ts';
import type { Asker } from '../src/keys/operations.ts';

/** The command line waits for locks as long as it takes. */
const ONCE: Attempt = { isRepeat: false, notAfter: 'infinity', lockTimeoutMs: 30_000 };

/** Whoever runs the command line, acting for a user. */
export const operatorFor = (userId: string, db: Database): Asker => ({
  access: { credential: { type: 'operator', userId }, scopes: ['keys:write'] },
  caller: {},
  requestId: randomUUID(),
  query: async (statement) => {
    try {
      return await statement(db, ONCE);
    } catch (error) {
      const fault = classify(error, false);
      // Anything else stays as it is: explain.ts tells the operator more than an API client may know.
      throw fault instanceof ConstraintViolation ? fault : error;
    }
  },
});
