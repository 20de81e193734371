import type { ApiResponse } from './contract.ts';

/**
 * Asks until the answer is 429, and answers what was answered, in order. The limiter's windows follow
 * the wall clock: one can turn over in between, which grants the quota a second time.
 */
export async function askTooOften(
  quota: number,
  ask: () => Promise<ApiResponse>,
): Promise<ApiResponse[]> {
  const responses: ApiResponse[] = [];
  while (responses.length <= 2 * quota && responses.at(-1)?.status !== 429)
    responses.push(await ask());
  return responses;
}

const WINDOW_MS = 60_000;

/** Acts, once more if it failed and a window of the limiter has turned over meanwhile. */
export async function inOneWindow(act: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const began = Math.floor(Date.now() / WINDOW_MS);
    try {
      return void (await act());
    } catch (error) {
      if (Math.floor(Date.now() / WINDOW_MS) === began) throw error;
    }
  }
}
