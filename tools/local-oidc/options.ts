/** Somebody whom the sign-in page offers. */
export interface LocalUser {
  /** The subject at the provider, whatever the e-mail address is. */
  id: string;
  email: string;
  /** How the page calls them. */
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
  /** Asked again at each sign-in. */
  users: () => Promise<LocalUser[]>;
}
