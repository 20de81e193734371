/** The guides in reading order; `name` is the last part of the path. */
export const guides = [
  {
    name: 'quick-start',
    title: 'Quick start',
    description: 'Create a key and update a user in five minutes.',
  },
  {
    name: 'authentication',
    title: 'Authentication and keys',
    description: 'How to send an API key, what it may do, and how to rotate it.',
  },
  {
    name: 'updating-safely',
    title: 'Updating safely',
    description:
      'ETag, If-Match, Base-Version and Idempotency-Key: no lost updates, no duplicate writes.',
  },
  {
    name: 'errors',
    title: 'Errors and retries',
    description: 'The format of errors, which requests to retry, and a page about each error.',
  },
  {
    name: 'rate-limits',
    title: 'Rate limits',
    description: 'How many requests are allowed, and what to do after a 429.',
  },
  {
    name: 'mobile-apps',
    title: 'Mobile apps',
    description: 'Null in Swift and Kotlin, whole days, keys, edits made offline and bad networks.',
  },
  {
    name: 'nightly-sync',
    title: 'Nightly sync',
    description:
      'Keep the profiles of many users in step: bulk updates, the feed, retries, a program.',
  },
  {
    name: 'following-changes',
    title: 'Following changes',
    description: 'The feed: every change of every user, exactly once, in the order of versions.',
  },
  {
    name: 'webhooks',
    title: 'Webhooks',
    description: 'Get each change of users in a POST: events, signatures, failures and replays.',
  },
  {
    name: 'client',
    title: 'TypeScript client',
    description: 'The SDK for TypeScript and JavaScript: typed calls, retries, errors and keys.',
  },
  {
    name: 'importing-openapi',
    title: 'Importing the OpenAPI document',
    description: 'How to import the API into Postman and Bruno, and how to generate a client.',
  },
  {
    name: 'versioning',
    title: 'Versioning and deprecation',
    description: 'What may change, what never changes, and how it is announced.',
  },
  {
    name: 'adopting-existing-users',
    title: 'Adopting existing users',
    description: 'From your own table of users to profiles with the same ids.',
  },
  {
    name: 'releasing',
    title: 'Releasing',
    description: 'How a new version reaches users step by step, and how to take it back.',
  },
  {
    name: 'operating',
    title: 'Operating',
    description: 'Users, sign-in, domains, audits, erasure and rollbacks, for operators.',
  },
  {
    name: 'sign-in-providers',
    title: 'Sign-in providers',
    description: 'What to set at Auth0, Clerk, Google, Entra ID and Cloudflare Access.',
  },
  {
    name: 'watching',
    title: 'Watching',
    description: 'Probes, the log line, traces, and a dashboard and alerts for Grafana.',
  },
  {
    name: 'runbook',
    title: 'Runbook',
    description: 'What to do when something is wrong: how you notice it, and each command.',
  },
] as const;

/** The file of a guide. The client's README is one, so that npm and the site show the same text. */
export const guideFile = (name: string): string =>
  name === 'client' ? 'client/README.md' : `docs/guides/${name}.md`;
