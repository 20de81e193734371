import {
  type Access,
  type CredentialFacts,
  type CredentialRow,
  credentialFacts,
  keyArguments,
} from '../auth/credential.ts';
import { answerOf } from '../db/call.ts';
import type { Database } from '../db/client.ts';
import { type FoundUser, toUser, type UserRow } from './user-row.ts';

/** What the statement found. */
export interface ReadFacts extends CredentialFacts {
  /** The user; null if there is none or the key is refused. */
  found: FoundUser | null;
}

/** Authenticates, authorises and reads: one statement. Answers undefined if there is no such key. */
export async function readUser(
  db: Database,
  access: Access & { userId: string },
): Promise<ReadFacts | undefined> {
  const row = await answerOf<CredentialRow & { user: UserRow | null }>(
    db,
    'read_user',
    keyArguments(access),
  );
  return row && { ...credentialFacts(row), found: row.user && toUser(row.user) };
}
