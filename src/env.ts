import * as v from 'valibot';
import type { RateLimit, RateLimiter } from './rate-limits.ts';

/** 32 bytes in base64url. */
const SECRET_LENGTH = 43;

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a text is a URL of Postgres with user, password, host and database. */
export function isDatabaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hostname, pathname } = new URL(text);
  const parts = [username, password, hostname, pathname.slice(1)];
  return /^postgres(ql)?:$/.test(protocol) && parts.every((part) => part !== '');
}

/** Whether a URL leads back to this machine, where no deployed Worker can reach anything. */
export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.has(hostname);

/** Credentials and profiles travel there: in the clear only within this machine. */
export function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

const sessionSecret = v.pipe(v.string(), v.minLength(SECRET_LENGTH));

/**
 * What cookies are sealed with: the first seals, and all open. To replace one, the new one goes in front of
 * it, so that nobody is signed out.
 */
export type SessionSecrets = readonly [current: string, ...previous: string[]];

/** The variables of signing in: all of them, or none and nobody can sign in, on the Settings page or in an app. */
const signInVariables = {
  /** The OpenID provider: `https://accounts.example.com`, or `http` on loopback. */
  OIDC_ISSUER: v.pipe(v.string(), v.check(isEndpoint)),
  /** How this Worker is registered there. */
  OIDC_CLIENT_ID: v.pipe(v.string(), v.nonEmpty()),
  /** Secret. */
  OIDC_CLIENT_SECRET: v.pipe(v.string(), v.nonEmpty()),
  /** Secret: 32 random bytes or more as text, from which the keys of the cookies are derived. */
  SESSION_SECRET: sessionSecret,
};

const limiter = v.custom<RateLimiter>(
  (binding) => typeof (binding as Partial<RateLimiter> | undefined)?.limit === 'function',
);

/** A binding of Cloudflare Queues. Messages arrive after their delay, some twice, some never. */
export interface Queue {
  send(message: unknown, options?: { delaySeconds?: number }): Promise<unknown>;
}

const queue = v.custom<Queue>(
  (binding) => typeof (binding as Partial<Queue> | undefined)?.send === 'function',
);

const endpoint = v.pipe(v.string(), v.check(isEndpoint));

/** `quota/window`, such as 600/60. */
const policy = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d*\/[1-9]\d*$/),
  v.transform((text) => {
    const [quota = 0, window = 0] = text.split('/').map(Number);
    return { quota, window };
  }),
);

const schema = v.pipe(
  v.object({
    KEY_LIMIT: limiter,
    ADDRESS_LIMIT: limiter,
    KEY_LIMIT_POLICY: policy,
    ADDRESS_LIMIT_POLICY: policy,
    /** Secret: `postgresql://user:password@host/database` of Neon. */
    DATABASE_URL: v.pipe(v.string(), v.check(isDatabaseUrl)),
    /** How long a request may wait for the database, in milliseconds. */
    DB_TIMEOUT_MS: v.pipe(
      v.optional(v.string(), '10000'),
      v.regex(/^\d+$/),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(60_000),
    ),
    /** Where Neon's SQL-over-HTTP is served, if not at Neon: `http://127.0.0.1:4444/sql`. */
    DATABASE_ENDPOINT: v.optional(endpoint),
    /** Wakes the delivery of webhooks. Without it the cron trigger does, every few minutes. */
    WEBHOOKS: v.optional(queue),
    /** DNS over HTTPS, in JSON: what the names of webhooks are looked up with. */
    DNS_RESOLVER: v.optional(endpoint, 'https://cloudflare-dns.com/dns-query'),
    /** `on`: webhooks may also be `http://127.0.0.1:<port>`. For the local stack alone. */
    WEBHOOKS_LOOPBACK: v.optional(v.picklist(['on', 'off']), 'off'),
  }),
  v.forward(
    v.check(
      ({ WEBHOOKS_LOOPBACK: loopback, DATABASE_ENDPOINT: database }) =>
        loopback === 'off' || (database !== undefined && isLoopback(new URL(database))),
    ),
    ['WEBHOOKS_LOOPBACK'],
  ),
  v.transform((vars) => ({
    database: {
      url: vars.DATABASE_URL,
      timeoutMs: vars.DB_TIMEOUT_MS,
      endpoint: vars.DATABASE_ENDPOINT,
    },
    limits: {
      key: { name: 'key', limiter: vars.KEY_LIMIT, ...vars.KEY_LIMIT_POLICY },
      address: { name: 'address', limiter: vars.ADDRESS_LIMIT, ...vars.ADDRESS_LIMIT_POLICY },
    } satisfies Record<string, RateLimit> as { key: RateLimit; address: RateLimit },
    webhooks: {
      queue: vars.WEBHOOKS,
      resolver: vars.DNS_RESOLVER,
      allowsLoopback: vars.WEBHOOKS_LOOPBACK === 'on',
    },
  })),
);

const signInSchema = v.pipe(
  v.object({
    ...signInVariables,
    /** Secret: the one before, whose sessions continue. */
    PREVIOUS_SESSION_SECRET: v.optional(sessionSecret),
    /** `on`: the first sign-in of an unknown person creates their user. */
    SIGN_UP: v.optional(v.picklist(['on', 'off']), 'off'),
    /** How apps are registered there, separated by commas: who exchanges an ID token for a key. */
    OIDC_APP_CLIENT_IDS: v.optional(v.string(), ''),
  }),
  v.transform((vars) => ({
    issuer: vars.OIDC_ISSUER,
    clientId: vars.OIDC_CLIENT_ID,
    clientSecret: vars.OIDC_CLIENT_SECRET,
    sessionSecrets: [
      vars.SESSION_SECRET,
      ...(vars.PREVIOUS_SESSION_SECRET ? [vars.PREVIOUS_SESSION_SECRET] : []),
    ] as SessionSecrets,
    createsUsers: vars.SIGN_UP === 'on',
    appClientIds: vars.OIDC_APP_CLIENT_IDS.split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
  })),
);

/** How people sign in. */
export type SignInSettings = v.InferOutput<typeof signInSchema>;

/** The checked configuration of the Worker. */
export interface Env extends v.InferOutput<typeof schema> {
  /** Undefined: nobody can sign in here. */
  readonly signIn: SignInSettings | undefined;
}

/** Names the variables that are missing or wrong, never their values. */
export class ConfigurationError extends Error {}

/** Returns the id of the deployed version. Responses to an invalid configuration have it, too. */
export const versionOf = ({ VERSION }: { VERSION?: { id?: string } }): string | undefined =>
  VERSION?.id || undefined;

const checked = new WeakMap<object, Env>();

/** Checks the bindings, once per isolate. Throws a ConfigurationError. */
export function parseEnv(bindings: object): Env {
  const known = checked.get(bindings);
  if (known) return known;
  const signsIn = Object.keys(signInVariables).some((name) => name in bindings);
  const required = v.safeParse(schema, bindings);
  const signIn = v.safeParse(v.optional(signInSchema), signsIn ? bindings : undefined);
  if (!required.success || !signIn.success) {
    const issues = [...(required.issues ?? []), ...(signIn.issues ?? [])];
    const names = new Set(issues.map((issue) => v.getDotPath(issue)));
    throw new ConfigurationError(`missing or invalid variables: ${[...names].join(', ')}`);
  }
  const env = { ...required.output, signIn: signIn.output };
  checked.set(bindings, env);
  return env;
}
