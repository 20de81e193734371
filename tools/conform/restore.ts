import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import type { Subject, User } from './subject.ts';

const TRIES = 8;
/** Fields that only the server sets. */
const COMPUTED = ['id', 'follower_count', 'following_count'];

/** Waits this many milliseconds. */
export type Pause = (milliseconds: number) => Promise<unknown>;

/** What could not be restored. */
export interface Restored {
  /** The fields that could not be restored. */
  left: string[];
  /** The keys that could not be revoked, by their ids. */
  keys: string[];
  /** The users who could not be erased, by their ids. */
  users: string[];
}

/**
 * Restores the user, revokes the created keys and erases the created users. Repeats each step that
 * fails, because restoring matters more than any case.
 */
export async function restore(subject: Subject, api: Api, pause: Pause = sleep): Promise<Restored> {
  const without = async (ids: Iterable<string>, remove: typeof revoke): Promise<string[]> => {
    const remaining: string[] = [];
    for (const id of ids) if (!(await retry(() => remove(api, id), pause))) remaining.push(id);
    return remaining;
  };
  const keys = await without(subject.createdKeys, revoke);
  const users = await without(subject.createdUsers, erase);
  let left = Object.keys(subject.original);
  await retry(async () => {
    left = await restoreFields(subject, api);
    return left.length === 0;
  }, pause);
  return { left, keys, users };
}

/** Sends the original values of fields that differ. Returns the fields that still differ. */
async function restoreFields(subject: Subject, api: Api): Promise<string[]> {
  const current = await api.send({ path: subject.path });
  const differing = differences(subject.original, current.body?.data ?? {});
  if (differing.length === 0) return [];
  const tag = current.headers.get('ETag');
  await api.send({
    method: 'PUT',
    path: subject.path,
    body: Object.fromEntries(differing.map((name) => [name, subject.original[name]])),
    headers: {
      'If-Match': tag ?? '*',
      'Idempotency-Key': `"conform-${randomUUID()}"`,
    },
  });
  const after = await api.send({ path: subject.path });
  return differences(subject.original, after.body?.data ?? {});
}

const differences = (original: User, current: User): string[] =>
  Object.keys(original).filter(
    (name) => !COMPUTED.includes(name) && original[name] !== current[name],
  );

async function revoke(api: Api, id: string): Promise<boolean> {
  const { status } = await api.send({ method: 'DELETE', path: `/api/v1/keys/${id}` });
  return status === 200;
}

async function erase(api: Api, id: string): Promise<boolean> {
  const headers = { 'If-Match': '*' };
  const { status } = await api.send({ method: 'DELETE', path: `/api/v1/user/${id}`, headers });
  return status === 204 || status === 404;
}

async function retry(act: () => Promise<boolean>, pause: Pause): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await act().catch(() => false)) return true;
    await pause(Math.min(200 * 2 ** tries, 5000));
  }
  return false;
}
