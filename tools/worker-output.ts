import { randomUUID } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import { type RequestLine, requestIn } from './log-line.ts';

/**
 * `X-Request-Id` of our own requests, which nobody wants to read of. Random, so that no other
 * request hides.
 */
export const OWN_REQUEST = randomUUID();

/** Messages of wrangler about itself, and its own line for each request. */
const NOISE =
  /^(\[wrangler:info\]|⎔|\[custom build\] (Running: .*)?$|The file .* changed|Using (secrets|vars) |Your Worker has access|Binding +Resource|env\.\w+ |If you think this is a bug|Note that there is a newer version|$)/;

/** A message that is followed by indented or empty lines. */
const HEADLINE = /^\S/;

/** Messages to skip: how to run the cron trigger; internals of wrangler when a build fails. */
const NOISY_MESSAGE = /\[(WARNING|ERROR)\] (Scheduled Workers are not|.*\[Error\]: Process exited)/;

/**
 * Returns a function that takes the output of wrangler's development server line by line. It returns what to
 * show: one line per request, the console output of the Worker, errors of the build, and its end.
 */
export function developersView(): (line: string) => string | undefined {
  let isNoisy = false;
  return (line) => {
    const text = stripVTControlCharacters(line);
    const request = requestIn(text);
    if (request) return request.request_id === OWN_REQUEST ? undefined : summarise(request);
    if (text === '⎔ Local server updated and ready') return 'The Worker is rebuilt.';
    if (HEADLINE.test(text)) isNoisy = NOISY_MESSAGE.test(text);
    return isNoisy || NOISE.test(text.trim()) ? undefined : line;
  };
}

function summarise({ method, route, status, code, fault, duration_ms }: RequestLine): string {
  const words = [method, route, status, code, fault && `(${fault})`, `${duration_ms} ms`];
  return words.filter(Boolean).join(' ');
}
