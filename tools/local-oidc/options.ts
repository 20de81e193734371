/** A user on the sign-in page. */
export interface LocalUser {
  /** The subject at the provider, independent of the e-mail address. */
  id: string;
  email: string;
  /** The name on the page. */
  name: string;
  /** Default true. */
  emailVerified?: boolean;
}

export interface LocalOidcOptions {
  /** Where to listen; 0 takes any free port. Default 4445. */
  port?: number;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  /** The native apps, which have no secret. Default none. */
  apps?: { clientId: string; redirectUris: string[] }[];
  /** Called at each sign-in. */
  users: () => Promise<LocalUser[]>;
}
