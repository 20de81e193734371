import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { LocalUser } from './options.ts';
import { choicePage, messagePage, sendPage } from './page.ts';

const MAX_BODY = 4096;

/** Whether a request belongs to the sign-in page. */
export const isInteraction = ({ url }: IncomingMessage): boolean =>
  (url ?? '').startsWith('/interaction/');

/** Shows the sign-in page, and passes the choice to the provider. */
export async function interact(
  provider: Provider,
  users: () => Promise<LocalUser[]>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await provider.interactionDetails(request, response);
  } catch {
    const advice = 'Go back to the previous page and sign in again.';
    return sendPage(response, 400, messagePage('This sign-in has expired', advice));
  }
  try {
    if (request.method !== 'POST') return sendPage(response, 200, choicePage(await users()));
    const choice = new URLSearchParams(await readBody(request));
    await provider.interactionFinished(request, response, resultOf(choice.get('user')));
  } catch {
    sendPage(response, 500, messagePage('Sign-in failed', 'Check that the database is running.'));
  }
}

const resultOf = (accountId: string | null) =>
  accountId
    ? // The person has pressed a button, which is what the provider requires for native apps.
      { login: { accountId }, consent: {} }
    : { error: 'access_denied', error_description: 'The user cancelled.' };

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAX_BODY) throw new Error('The form is too large.');
  }
  return body;
}
