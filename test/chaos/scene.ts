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
  /** The users whom the clients have created, the last one last. */
  guests: string[];
  /** One for each client. */
  ownKeys: readonly Key[];
  /** Shared by all clients; some of them get revoked. */
  sharedKeys: readonly Key[];
  /** Revokes the others. */
  managerKey: Key;
  /** Undoes a revocation; resolves when that is certain. */
  restore(keyId: string): Promise<unknown>;
  /** Whether no fault is injected at present. */
  calm(): boolean;
  /** An operation begins. */
  onOperation(): void;
}

/** What the clients write down. */
export interface Notes {
  attempts: Attempt[];
  keyEvents: KeyEvent[];
}
