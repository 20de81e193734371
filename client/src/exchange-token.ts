import { Calls } from './calls.ts';
import type { ClientOptions } from './options.ts';
import type { Scope, Token } from './types.ts';

/** What an app exchanges, and where. */
export interface TokenExchange
  extends Pick<ClientOptions, 'baseUrl' | 'timeoutMs' | 'retries' | 'onResponse' | 'runtime'> {
  /** From the OpenID provider, not older than ten minutes. */
  idToken: string;
  /** `user:read` for a key that cannot change anything. */
  scope?: Extract<Scope, 'user:read'> | undefined;
  /** What the app sent to the provider, if it did and nothing else has compared it. */
  nonce?: string | undefined;
}

const OAUTH = 'urn:ietf:params:oauth:';

/**
 * Returns a short-lived key of the user that an ID token is about. The same ID token again returns another one in its
 * place, so a repeat does no harm. For `refreshKey`.
 */
export async function exchangeToken({
  idToken,
  scope,
  nonce,
  ...options
}: TokenExchange): Promise<Token> {
  const { data } = await new Calls(options).call({
    operation: 'exchangeToken',
    open: true,
    options: {},
    send: (api, sending) =>
      api.POST('/api/v1/token', {
        ...sending,
        headers: { ...sending.headers, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: {
          grant_type: `${OAUTH}grant-type:token-exchange`,
          subject_token: idToken,
          subject_token_type: `${OAUTH}token-type:id_token`,
          ...(scope && { scope }),
          ...(nonce && { nonce }),
        },
      }),
  });
  return data;
}
