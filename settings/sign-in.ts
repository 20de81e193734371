/** Takes the reason out of the address bar, so that neither a reload nor a bookmark repeats it. Returns it in words. */
export async function takeSignInMessage(): Promise<string | undefined> {
  const url = new URL(location.href);
  const reason = url.searchParams.get('sign_in');
  if (reason === null) return;
  url.searchParams.delete('sign_in');
  history.replaceState(null, '', url);
  const { reasons } = await import('./sign-in-reasons.ts');
  return reasons.get(reason);
}
