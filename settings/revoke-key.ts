import { type ApiKey, revokeKey } from './api.ts';
import { type Outcome, openFormDialog } from './dialog.ts';
import { make, written } from './dom.ts';

/** Opens the question whether to end a key. */
export function openRevoke({ id, name, prefix }: ApiKey, outcome: Outcome): void {
  const text = `Requests with ${prefix}… will be refused immediately. This cannot be undone.`;
  openFormDialog({
    id: 'revoke',
    title: ['Revoke “', written(name), '”?'],
    body: [make('p', { id: 'revoke-text' }, text)],
    action: 'Revoke the key',
    pending: 'Revoking…',
    isDangerous: true,
    submit: async (dialog) => {
      const key = await revokeKey(id);
      dialog.close();
      outcome.changed();
      outcome.done('“', written(key.name), `” is ${key.state}.`);
    },
    onUncertain: outcome.uncertain,
  });
}
