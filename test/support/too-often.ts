import type { ApiResponse } from './contract.ts';

/**
 * Sends a request until the response is 429. Returns all responses in order. The limiter's windows follow
 * the wall clock, so a new window with a new quota may begin in between.
 */
export async function sendUntilLimited(
  quota: number,
  ask: () => Promise<ApiResponse>,
): Promise<ApiResponse[]> {
  const responses: ApiResponse[] = [];
  while (responses.length <= 2 * quota && responses.at(-1)?.status !== 429)
    responses.push(await ask());
  return responses;
}

const WINDOW_MS = 60_000;

/**
 * Runs an action, and repeats it if it fails and a window of the limiter has ended meanwhile. Returns
 * what it returns.
 */
export async function inOneWindow<Result>(act: () => Promise<Result>): Promise<Result> {
  for (;;) {
    const began = Math.floor(Date.now() / WINDOW_MS);
    try {
      return await act();
    } catch (error) {
      if (Math.floor(Date.now() / WINDOW_MS) === began) throw error;
    }
  }
}
