import { escapeHidden } from '../src/http/visible-text.ts';
import type { NewApiKey } from './api.ts';
import { writesProfile } from './roles.ts';

/** A command that tries a key, to be pasted into a shell as it is. The header keeps the key out of access logs. */
export function curlFor(key: NewApiKey, firstName: string | null): string {
  const body = writesProfile(key.scopes) && firstName !== null ? { first_name: firstName } : {};
  return [
    `curl -X PUT '${location.origin}/api/v1/user/${key.owner_id}'`,
    `-H 'Authorization: Bearer ${key.key}'`,
    `-H 'Content-Type: application/json'`,
    // The page knows no version; any will do for an update that changes nothing.
    ...(key.require_precondition ? [`-H 'If-Match: *'`] : []),
    // Hidden characters would be pasted unnoticed; as escapes of JSON they mean the same.
    `-d ${shellQuoted(escapeHidden(JSON.stringify(body)))}`,
  ].join(' \\\n  ');
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
