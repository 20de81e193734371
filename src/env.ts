import * as v from 'valibot';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

function isDatabaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hostname, pathname } = new URL(text);
  const parts = [username, password, hostname, pathname.slice(1)];
  return /^postgres(ql)?:$/.test(protocol) && parts.every((part) => part !== '');
}

/** Credentials and profiles travel there: in the clear only within this machine. */
function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

const schema = v.pipe(
  v.object({
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
    DATABASE_ENDPOINT: v.optional(v.pipe(v.string(), v.check(isEndpoint))),
  }),
  v.transform((vars) => ({
    database: {
      url: vars.DATABASE_URL,
      timeoutMs: vars.DB_TIMEOUT_MS,
      endpoint: vars.DATABASE_ENDPOINT,
    },
  })),
);

/** The checked configuration of the Worker. */
export type Env = v.InferOutput<typeof schema>;

/** Names the variables that are missing or wrong, never their values. */
export class ConfigurationError extends Error {}

const checked = new WeakMap<object, Env>();

/** Checks the bindings, once per isolate. Throws a ConfigurationError. */
export function parseEnv(bindings: object): Env {
  const known = checked.get(bindings);
  if (known) return known;
  const result = v.safeParse(schema, bindings);
  if (!result.success) {
    const names = new Set(result.issues.map((issue) => v.getDotPath(issue)));
    throw new ConfigurationError(`missing or invalid variables: ${[...names].join(', ')}`);
  }
  checked.set(bindings, result.output);
  return result.output;
}
