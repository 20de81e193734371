import { checkResponse } from './contract.ts';

// Before every test file: whatever a test fetches from a Worker, by whatever means of its own, such as
// the typed client, is compared with the document as well.

const plain = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const { method } = request;
  const response = await plain(request);
  const { url, status, headers, redirected } = response;
  // An answer that is cut off, or that nobody waits for, is none.
  const text = await response
    .clone()
    .text()
    .catch(() => undefined);
  if (text !== undefined)
    checkResponse(url, { method: redirected ? 'GET' : method, status, headers, text });
  return response;
};
