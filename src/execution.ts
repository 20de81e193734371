/** What the platform has for one call of the Worker. */
export interface Execution {
  /** Keeps the Worker alive after its response. */
  waitUntil(work: Promise<unknown>): void;
  /** Of Cloudflare's traces. Absent in Node. */
  readonly tracing?: Tracing;
}

interface Tracing {
  /** Runs a part in a span. */
  enterSpan<T>(name: string, part: () => T): T;
  /** `isTraced`: whether this call of the Worker is one of those that are traced. */
  getActiveSpan(): { readonly isTraced: boolean } | undefined;
}

/** Runs a part of a request in a span of Cloudflare's traces. */
export type InSpan = <T>(name: string, part: () => T) => T;

/** Makes the spans of one request: none if it is not traced, because they cost CPU time even then. */
export function spansOf({ tracing }: Execution): InSpan {
  const isTraced = tracing?.getActiveSpan()?.isTraced;
  return (name, part) => (isTraced ? tracing.enterSpan(name, part) : part());
}
