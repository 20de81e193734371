/** The guides in reading order: the file in docs/guides is the last part of the path. */
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
    name: 'versioning',
    title: 'Versioning and deprecation',
    description: 'What may change, what never changes, and how you are told.',
  },
  {
    name: 'operating',
    title: 'Operating',
    description: 'Sign-in, domains, logs, audits, rollbacks and leaked secrets, for operators.',
  },
] as const;
