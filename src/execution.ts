/** What the platform has for one call of the Worker. */
export interface Execution {
  /** Keeps the Worker alive after its response. */
  waitUntil(work: Promise<unknown>): void;
  /** Of Cloudflare's traces. Absent in Node. */
  readonly tracing?: Tracing;
}

interface Tracing {
  /** Runs a part in a span. `isTraced`: whether this call of the Worker is one of those that are traced. */
  enterSpan<T>(name: string, part: (span: { readonly isTraced: boolean }) => T): T;
}

/** Runs a part of a request in a span of Cloudflare's traces. */
export type InSpan = <T>(name: string, part: () => T) => T;

/**
 * Makes the spans of one request. They cost CPU time even where nothing is traced, so a request that its
 * first span finds not to be traced has no other ones.
 */
export function spansOf({ tracing }: Execution): InSpan {
  let isTraced = tracing !== undefined;
  return (name, part) =>
    tracing && isTraced
      ? tracing.enterSpan(name, (span) => {
          isTraced = span.isTraced;
          return part();
        })
      : part();
}
