import type { Agent } from 'node:http';
import type { Attempt, KeyEvent } from './history.ts';
import type { Shape } from './plan.ts';

/** An API key and the id of its row. */
export interface Key {
  id: string;
  secret: string;
  prefix: string;
}

/** What the clients work on. */
export interface Scene {
  shape: Shape;
  agent: Agent;
  origin: string;
  users: readonly string[];
  /** The users whom the clients have created, in the order of their creation. */
  guests: string[];
  /** One for each client. */
  ownKeys: readonly Key[];
  /** Shared by all clients, which also revoke them. */
  sharedKeys: readonly Key[];
  /** The key that revokes the shared keys. */
  managerKey: Key;
  /** Undoes a revocation; resolves when the database has done so. */
  restore(keyId: string): Promise<unknown>;
  /** Returns whether no faults are injected at present. */
  calm(): boolean;
  /** Called when an operation begins. */
  onOperation(): void;
}

/** What the clients record. */
export interface Notes {
  attempts: Attempt[];
  keyEvents: KeyEvent[];
}
