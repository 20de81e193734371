import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Attempt, Sent } from './history.ts';
import { exchange, now } from './http.ts';
import {
  type Condition,
  type Creation,
  type Erasure,
  type Operation,
  operationsOf,
  type Reversion,
  type Who,
  type Write,
} from './plan.ts';
import type { Key, Notes, Scene } from './scene.ts';

const MOST_TRIES = 4;
const PAUSE_MS = 30;

/** Runs the operations of all clients. Each client runs its operations one after the other. */
export async function runClients(scene: Scene): Promise<Notes> {
  const notes: Notes = { attempts: [], keyEvents: [] };
  const clients = Array.from(
    { length: scene.shape.clients },
    (_, i) => new Client(i, scene, notes),
  );
  await Promise.all(clients.map((client) => client.run()));
  return notes;
}

type Change = Write | Creation | Reversion | Erasure;
type Details = { key: Key; operation: number; abortAfter?: number | undefined };

/** A careful client: it uses the versions from responses, and retries with the same Idempotency-Key. */
class Client {
  readonly #number: number;
  readonly #scene: Scene;
  readonly #notes: Notes;
  /** The version of each user in the latest response. */
  readonly #seen = new Map<string, number>();
  /** The client's last request with an Idempotency-Key. */
  #last: { sent: Sent; key: Key } | undefined;

  constructor(number: number, scene: Scene, notes: Notes) {
    this.#number = number;
    this.#scene = scene;
    this.#notes = notes;
  }

  async run(): Promise<void> {
    for (const [number, operation] of operationsOf(this.#number, this.#scene.shape)) {
      this.#scene.onOperation();
      await this.#do(operation, number);
    }
  }

  async #do(operation: Operation, number: number): Promise<void> {
    if (operation.kind === 'write') return this.#write(operation, number);
    if (operation.kind === 'create') return this.#create(operation, number);
    if (operation.kind === 'revert') return this.#revert(operation, number);
    if (operation.kind === 'erase') return this.#erase(operation, number);
    if (operation.kind === 'read') return this.#read(operation, number);
    if (operation.kind === 'revoke') return this.#revoke(operation.key, number);
    if (operation.kind === 'restore') return this.#restore(operation.key);
    if (!this.#last) return;
    const { sent } = this.#last;
    const other =
      operation.kind === 'repeat' && operation.key !== 'same' ? operation.key : undefined;
    const key = other === undefined ? this.#last.key : this.#keyOf(other);
    if (operation.kind === 'reuse' && !sent.fields) return;
    const fields =
      operation.kind === 'reuse' ? { ...sent.fields, ...operation.fields } : sent.fields;
    await this.#send(
      { ...sent, keyId: key.id, ...(fields && { fields }) },
      { key, operation: number },
    );
  }

  async #write(write: Write, operation: number): Promise<void> {
    const { method, fields } = write;
    const key = this.#keyOf(write.key);
    const target = this.#userOf(write.user);
    if (write.looks) await this.#send({ method: 'GET', target, keyId: key.id }, { key, operation });
    const conditions = this.#condition(target, write.condition);
    await this.#change(write, { method, target, fields, ...conditions }, operation);
  }

  async #create(creation: Creation, operation: number): Promise<void> {
    const target = creation.withId ? randomUUID() : '';
    const { fields } = creation;
    await this.#change(creation, { method: 'POST', action: 'create', target, fields }, operation);
  }

  async #revert(reversion: Reversion, operation: number): Promise<void> {
    const target = this.#userOf(reversion.user);
    const version = (this.#seen.get(target) ?? 1) - reversion.lag;
    const revert =
      reversion.what === 'undo'
        ? { undo: Math.max(2, version) }
        : { version: Math.max(1, version) };
    const conditions = this.#condition(target, reversion.condition);
    await this.#change(
      reversion,
      { method: 'POST', action: 'revert', target, revert, ...conditions },
      operation,
    );
  }

  async #erase(erasure: Erasure, operation: number): Promise<void> {
    if (this.#scene.guests.length === 0) return;
    const target = this.#userOf(erasure.user);
    const conditions = this.#condition(target, erasure.condition);
    await this.#change(
      erasure,
      { method: 'DELETE', action: 'erase', target, ...conditions },
      operation,
    );
  }

  /** Sends a change as planned, and reacts to an unknown outcome. */
  async #change(how: Change, what: Omit<Sent, 'keyId'>, operation: number): Promise<void> {
    const { prefer, requestTimeout, abortAfter } = how;
    const key = this.#keyOf(how.key);
    const sent: Sent = {
      ...what,
      keyId: key.id,
      ...(how.idempotent && { idempotencyKey: `c${this.#number}-op${operation}` }),
      ...(prefer && { prefer }),
      ...(requestTimeout && { requestTimeout }),
    };
    if (how.idempotent) this.#last = { sent, key };
    const twin = how.twins ? this.#send(sent, { key, operation }) : undefined;
    const known = await this.#send(sent, { key, operation, abortAfter });
    await twin;
    if (!known) await this.#recover(how, sent, { key, operation });
  }

  /** Looks at the user, retries, or does nothing, as planned. */
  async #recover({ trouble }: Change, sent: Sent, details: Details): Promise<void> {
    const { target, keyId } = sent;
    if (trouble === 'look' && target !== '')
      await this.#send({ method: 'GET', target, keyId }, details);
    if (trouble !== 'retry') return;
    for (let tries = 2; tries <= MOST_TRIES; tries++) {
      await setTimeout(PAUSE_MS * tries);
      if (await this.#send(sent, details)) return;
    }
  }

  async #read(
    { user, key: which, condition }: Extract<Operation, { kind: 'read' }>,
    operation: number,
  ): Promise<void> {
    const key = this.#keyOf(which);
    const target = this.#userOf(user);
    await this.#send(
      { method: 'GET', target, keyId: key.id, ...this.#condition(target, condition) },
      { key, operation },
    );
  }

  async #revoke(index: number, operation: number): Promise<void> {
    const { managerKey, sharedKeys } = this.#scene;
    const keyId = sharedKeys[index]?.id ?? '';
    const began = now();
    const done = await this.#send(
      { method: 'DELETE', action: 'revoke', target: keyId, keyId: managerKey.id },
      { key: managerKey, operation },
    );
    if (done === 200) this.#notes.keyEvents.push({ keyId, action: 'revoke', began, ended: now() });
  }

  async #restore(index: number): Promise<void> {
    const keyId = this.#scene.sharedKeys[index]?.id ?? '';
    const began = now();
    await this.#scene.restore(keyId);
    this.#notes.keyEvents.push({ keyId, action: 'restore', began, ended: now() });
  }

  /** Sends a request and records it. Returns the status if the response is final. */
  async #send(sent: Sent, { key, operation, abortAfter }: Details): Promise<number | undefined> {
    const { agent, origin } = this.#scene;
    const calm = this.#scene.calm();
    const requestId = `${operation}.${this.#notes.attempts.length}`;
    const attempt: Attempt = {
      requestId,
      operation,
      client: this.#number,
      sent,
      began: now(),
      ended: 0,
      calm: false,
      aborted: false,
    };
    this.#notes.attempts.push(attempt);
    const response = await exchange(sent, {
      agent,
      origin,
      requestId,
      secret: key.secret,
      abortAfter,
    });
    attempt.ended = now();
    attempt.calm = calm && this.#scene.calm();
    attempt.aborted = response === undefined && abortAfter !== undefined;
    if (!response) return undefined;
    attempt.response = response;
    const { created, version, replayed } = response;
    if (version !== undefined && !replayed) this.#seen.set(created ?? sent.target, version);
    if (created !== undefined && !replayed) this.#scene.guests.push(created);
    return response.status < 500 ? response.status : undefined;
  }

  #keyOf(which: 'own' | number): Key {
    const { ownKeys, sharedKeys } = this.#scene;
    return (which === 'own' ? ownKeys[this.#number] : sharedKeys[which]) as Key;
  }

  #userOf(who: Who): string {
    const { users, guests } = this.#scene;
    return (who === 'guest' ? guests.at(-1) : users[who]) ?? users[0] ?? '';
  }

  #condition(user: string, condition: Condition | undefined): Partial<Sent> {
    if (!condition) return {};
    const seen = this.#seen.get(user) ?? 1;
    const { header, lag } = condition;
    const named =
      lag === 'any' ? '*' : `"${lag === 'future' ? seen + 1000 : Math.max(1, seen - lag)}"`;
    return { [NAMES[header]]: named };
  }
}

const NAMES = {
  'If-Match': 'ifMatch',
  'If-None-Match': 'ifNoneMatch',
  'Base-Version': 'baseVersion',
} as const;
