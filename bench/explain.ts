import type pg from 'pg';

import { type JsonValue, parameterText } from '../tools/local-neon/parameters.ts';
import type { Statement } from './wire.ts';

/** What EXPLAIN (ANALYZE, BUFFERS) tells of one run. Milliseconds; buffers that were hit or read. */
export interface Explained {
  planningMs: number;
  executionMs: number;
  /** Of the plan: not of planning, and not of foreign keys that are checked after it. */
  buffers: number;
}

/** A node of a plan, as EXPLAIN's JSON has it. */
interface Node {
  'Node Type': string;
  'CTE Name'?: string;
  'Subplan Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Node[];
}

/** Runs a statement, committed and all, and answers what it took. */
export async function explain(client: pg.Client, { query, params }: Statement): Promise<Explained> {
  const { rows } = await client.query(
    `explain (analyze, buffers, format json) ${query}`,
    params.map((value) => parameterText(value as JsonValue)),
  );
  const [{ Plan, 'Planning Time': planningMs, 'Execution Time': executionMs }] =
    rows[0]['QUERY PLAN'];
  return { planningMs, executionMs, buffers: buffersIn(Plan) };
}

/**
 * The buffers of a plan. A node's are with those of the nodes below it, except for the parts of a WITH
 * that nothing reads: these run when the rest is done.
 */
export function buffersIn(plan: Node): number {
  const nodes = [...flat(plan)];
  const read = new Set(nodes.map((node) => node['CTE Name']).filter((name) => name !== undefined));
  const unread = nodes.filter((node) => {
    const [, name] = /^CTE (.*)$/.exec(node['Subplan Name'] ?? '') ?? [];
    return name !== undefined && !read.has(name);
  });
  return [plan, ...unread].reduce(
    (sum, node) => sum + node['Shared Hit Blocks'] + node['Shared Read Blocks'],
    0,
  );
}

function* flat(node: Node): Generator<Node> {
  yield node;
  for (const child of node.Plans ?? []) yield* flat(child);
}
