/** The guides in reading order: the file in docs/guides is the last part of the path. */
export const guides = [
  {
    name: 'quick-start',
    title: 'Quick start',
    description: 'Make a key and change a user, in five minutes.',
  },
  {
    name: 'authentication',
    title: 'Authentication and keys',
    description: 'Where the API key goes, what it may do, and how to rotate it.',
  },
  {
    name: 'updating-safely',
    title: 'Updating safely',
    description:
      'ETag, If-Match, Base-Version and Idempotency-Key: lose no change, do nothing twice.',
  },
  {
    name: 'errors',
    title: 'Errors and retries',
    description: 'How errors look, which can be sent again, and a page about each.',
  },
  {
    name: 'rate-limits',
    title: 'Rate limits',
    description: 'How many requests are allowed, and what to do beyond that.',
  },
  {
    name: 'versioning',
    title: 'Versioning and deprecation',
    description: 'What may change, what never does, and how you learn of it.',
  },
  {
    name: 'operating',
    title: 'Operating',
    description: 'Sign-in, domains, logs, audits, rollbacks and leaked secrets, for operators.',
  },
] as const;
