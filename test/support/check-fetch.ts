// Runs before every test file. Compares every response that a test fetches from a Worker, also through
// the typed client, with openapi.json.

const plain = globalThis.fetch;

async function checkedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const { method } = request;
  const response = await plain(request);
  const { url, status, headers, redirected } = response;
  // A response that is cut off or aborted is not checked.
  const text = await response
    .clone()
    .text()
    .catch(() => undefined);
  if (text !== undefined) {
    const { checkResponse } = await import('./contract.ts');
    checkResponse(url, { method: redirected ? 'GET' : method, status, headers, text });
  }
  return response;
}

// Test files that share a process share its fetch.
if (plain.name !== checkedFetch.name) globalThis.fetch = checkedFetch;
