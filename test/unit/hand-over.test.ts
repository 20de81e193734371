import { afterEach, expect, test, vi } from 'vitest';
import { connect, type Transfer } from '../../src/db/client.ts';

afterEach(() => vi.unstubAllGlobals());

/** Sends a statement to nowhere; answers what it would read, and how far that got. */
function send(signal?: AbortSignal) {
  let body: ReadableStream<Uint8Array> | undefined;
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    body = init.body as ReadableStream<Uint8Array>;
    return new Promise(() => {}); // No connection comes about.
  });
  const transfer: Transfer = { complete: false, exact: true };
  const db = connect('postgresql://u:p@db.example.com/d', { transfer, ...(signal && { signal }) });
  void db.$client.query('select 1').then();
  return { transfer, reader: () => (body as ReadableStream<Uint8Array>).getReader() };
}

test('the statement is complete only when its last byte was asked for', async () => {
  const { transfer, reader } = send();
  await vi.waitFor(() => reader().releaseLock());
  const asked = reader();
  const chunks: Uint8Array[] = [];
  for (let chunk = await asked.read(); !chunk.done; chunk = await asked.read()) {
    chunks.push(chunk.value);
    expect(transfer.complete).toBe(chunks.length === 4);
  }
  expect(chunks.map(({ length }) => length).slice(1)).toEqual([1, 1, 1]);
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({ query: 'select 1', params: [] });
});

test('nothing is handed over after the deadline', async () => {
  const deadline = new AbortController();
  const { transfer, reader } = send(deadline.signal);
  await vi.waitFor(() => reader().releaseLock());
  const asked = reader();
  for (let i = 0; i < 3; i++) await asked.read();
  deadline.abort(new Error('too late'));
  await expect(asked.read()).rejects.toThrow('too late');
  expect(transfer.complete).toBe(false);
});
