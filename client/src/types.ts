import type { components, operations } from './api.ts';

export type Schemas = components['schemas'];

export type User = Schemas['User'];
/** The fields to change: one that is absent stays as it is, `null` clears it. */
export type UserUpdate = Schemas['UserUpdate'];
/** A user to create: only `email` is required. */
export type NewUser = Schemas['NewUser'];
/** An entry of the change log. */
export type Change = Schemas['Change'];
/** A change of any user, in the feed. */
export type FeedChange = Schemas['FeedChange'];
/** What kind of change it is. */
export type ChangeType = FeedChange['type'];
/** Everything that is stored about a user. */
export type UserExport = Schemas['Export'];
/** What to revert: everything since a version, or one change. */
export type Revert = { version: number; undo?: never } | { undo: number; version?: never };
/** By what to find a user. */
export type UserSearch =
  | { email: string; stripeCustomerId?: never }
  | { stripeCustomerId: string; email?: never };
export type Scope = Schemas['Scope'];
export type ApiKey = Schemas['ApiKey'];
export type NewApiKey = Schemas['NewApiKey'];
/** A new key, and the state of the key that it replaces. */
export type RotatedApiKey = NewApiKey & { replaced: Schemas['ReplacedKey'] };
export type OwnApiKey = Schemas['OwnApiKey'];
export type KeyDraft = Schemas['KeyDraft'];
export type AppKeyDraft = Schemas['AppKeyDraft'];
export type KeyUpdate = Schemas['KeyUpdate'];
/** A short-lived key that an app received for an ID token. */
export type Token = Schemas['Token'];
export type Rotation = Schemas['Rotation'];
/** A URL that gets the changes of users, without its secret. */
export type Webhook = Schemas['Webhook'];
export type WebhookWithSecret = Schemas['WebhookWithSecret'];
export type NewWebhook = Schemas['NewWebhook'];
/** The members to change. */
export type WebhookUpdate = Schemas['WebhookUpdate'];
export type SecretRotation = Schemas['SecretRotation'];
/** Where a webhook goes on: after a cursor, with the changes since a time, or past the event that blocks it. */
export type Replay =
  | { after: string; since?: never; skip?: never }
  | { since: string; after?: never; skip?: never }
  | { skip: string; after?: never; since?: never };
/** An attempt to deliver an event, or a test. */
export type WebhookAttempt = Schemas['WebhookAttempt'];
/** What a webhook sends. A newer server may send other types. */
export type WebhookEvent = FeedChange | WebhookTest;
/** One thing that is wrong with a request. */
export type Violation = Schemas['Violation'];
/** A field that someone else changed, with both values. */
export type Conflict = Schemas['Conflict'];
/** Whether a failed write took effect: it did not, or this is unknown. */
export type Outcome = NonNullable<Schemas['Problem']['outcome']>;

/** The operations of the document by their ids. */
export type Operation = keyof operations;

type CodesOf<Responses> = {
  [Status in keyof Responses]: Responses[Status] extends {
    content: { 'application/problem+json': { code: infer Code } };
  }
    ? Code
    : never;
}[keyof Responses];

/** The codes of the errors that an operation is documented to return. */
export type ErrorCode<Of extends Operation = Operation> = Of extends Operation
  ? CodesOf<operations[Of]['responses']>
  : never;

/** A version of a user: the ETag, to be handed back as it is. */
export type Version = string;

/** A user and the version that they are at. */
export interface VersionedUser {
  user: User;
  version: Version;
}

/** A user after a write. */
export interface WrittenUser extends VersionedUser {
  /** Whether an earlier attempt had already taken effect, and this is its response. */
  replayed: boolean;
  /** True: nothing was written; the user is as they would be. */
  validateOnly: boolean;
}

/** A user after an update. */
export interface UpdatedUser extends WrittenUser {
  /** The version that the update was made from, if it was merged with later changes of others. */
  mergedFrom: number | null;
}

/** What the test of a webhook sends. */
export interface WebhookTest {
  id: string;
  type: 'webhook.test';
  timestamp: string;
  data: { webhook_id: string };
}

/** A page of keys; `nextCursor` leads to the next one, null: there is none. */
export interface KeyPage {
  keys: ApiKey[];
  nextCursor: string | null;
}
