import type { NewApiKey, Session } from './api.ts';
import { curlFor } from './command.ts';
import type { Outcome } from './dialog.ts';
import { type Child, written } from './dom.ts';
import { roleTitle } from './roles.ts';
import { showSecret } from './secret.ts';
import { fromNowElement } from './time.ts';

interface Story {
  session: Session;
  /** What was done. */
  verb: 'created' | 'rotated';
  /** Until when the key that this one replaces works, as a sentence. */
  old: Child[];
  outcome: Outcome;
}

/** Shows a key, this once. */
export function showNewKey(key: NewApiKey, { session, verb, old, outcome }: Story): void {
  outcome.changed();
  const sentence = ['“', written(key.name), `” is ${verb}`];
  showSecret({
    title: sentence.map((part) => (typeof part === 'string' ? part : part.cloneNode(true))),
    label: 'Key',
    secret: key.key,
    command: curlFor(key, session.first_name),
    facts: [
      `Its role is ${roleTitle(key.role)}. It `,
      ...(key.expires_at ? ['expires ', fromNowElement(key.expires_at)] : ['never expires']),
      '.',
    ],
    old,
    onClose: () => outcome.done(...sentence, '.'),
  });
}
