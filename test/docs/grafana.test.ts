import { readFile } from 'node:fs/promises';
import { parser } from '@grafana/lezer-logql';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { sectionsOf } from '../../site/pages/markdown.ts';
import { errorCatalogue } from '../../src/errors.ts';
import { useStack } from '../support/stack.ts';

// The dashboard and the alerts for Grafana: whether their queries are LogQL and ask for what the Worker logs.

interface Target {
  refId: string;
  expr?: string;
}

interface Dashboard {
  uid: string;
  panels: { id: number; title: string; datasource: { uid: string }; targets: Target[] }[];
  templating: { list: { name: string; query: string }[] };
}

interface Rule {
  uid: string;
  condition: string;
  dashboardUid: string;
  panelId: number;
  annotations: { runbook_url: string };
  data: { refId: string; datasourceUid: string; model: Target & { expression?: string } }[];
}

const read = (name: string) => readFile(`ops/grafana/${name}`, 'utf8');
const dashboard: Dashboard = JSON.parse(await read('dashboard.json'));
const alerts: { groups: { rules: Rule[] }[] } = parse(await read('alerts.yaml'));
const sources: { datasources: { uid: string }[] } = parse(await read('datasource.yaml'));
const runbook = await readFile('docs/guides/runbook.md', 'utf8');
const rules = alerts.groups.flatMap((group) => group.rules);

/** The members that the lines of each kind have, by the member `message`. */
const logged = new Map<string, Set<string>>();

const stack = useStack({ DB_TIMEOUT_MS: '2000' });

beforeAll(async () => {
  const user = await stack.user();
  const { key } = await stack.key(user);
  const headers = { 'idempotency-key': 'once' };
  for (const _ of ['first', 'repeat']) await stack.put(user, key, { first_name: 'Ada' }, headers);
  await stack.put(user, key, { birthdate: 'soon' });
  stack.database.faults.push('cut', 'cut', 'cut');
  await stack.logLine(await stack.put(user, key, { first_name: 'Augusta' }));
  stack.database.faults.splice(0);
  await stack.scheduled('*/5 * * * *');
  await vi.waitUntil(() => stack.logs.some((line) => line.includes('"feed"')));
  for (const text of stack.logs) {
    const line: Record<string, string> = JSON.parse(text);
    const message = line['message'] ?? '';
    logged.set(message, new Set([...(logged.get(message) ?? []), ...Object.keys(line)]));
  }
});

/** A stream of log lines that a query counts, and what it takes out of them. */
interface Stream {
  worker: string;
  message: string;
  /** The members that it reads. */
  members: string[];
  /** The names that it uses, in filters and groups too, without those that it makes itself. */
  names: string[];
}

/** Returns the streams of a query, which has several if it compares them. Throws if it is not LogQL. */
function streamsOf(query: string): Stream[] {
  const text = query.replaceAll('$__auto', '1m');
  const streams: (Stream & { end: number })[] = [];
  const groups: string[] = [];
  const made = ['service_name'];
  parser.parse(text).iterate({
    enter: ({ name, type, from, to }) => {
      const part = text.slice(from, to);
      const stream = streams.findLast(({ end }) => to <= end);
      if (type.isError) throw new Error(`Not LogQL at ${from}: ${text}`);
      else if (name === 'LogRangeExpr')
        streams.push({
          worker: /^\{service_name="(.+?)"\}/.exec(part)?.[1] ?? '',
          message: /\| message="(\w+)"/.exec(part)?.[1] ?? '',
          members: [],
          names: [],
          end: to,
        });
      else if (name === 'LabelExtractionExpression') stream?.members.push(part);
      else if (name === 'LabelFormatMatcher') made.push(/^\w+/.exec(part)?.[0] ?? '');
      else if (name === 'Identifier') (stream?.names ?? groups).push(part);
    },
  });
  const isTaken = (name: string) => !made.includes(name);
  return streams.map(({ end, names, ...stream }) => ({
    ...stream,
    names: [...names, ...groups].filter(isTaken),
  }));
}

const queries = [
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr = '', refId }) => [`${title}, ${refId}`, expr] as const),
  ),
  ...rules.map(({ uid, data }) => [uid, data[0]?.model.expr ?? ''] as const),
];

test.each(queries)('the query of %s is LogQL over members of real lines', (_, query) => {
  const streams = streamsOf(query);
  expect(streams.length).toBeGreaterThan(0);
  for (const { worker, message, members, names } of streams) {
    expect(['$worker', 'edge-profile']).toContain(worker);
    expect([...(logged.get(message) ?? [])]).toEqual(expect.arrayContaining(members));
    expect(members).toEqual(expect.arrayContaining(names));
  }
  for (const [, codes = ''] of query.matchAll(/code=~"(.+?)"/g))
    expect(Object.keys(errorCatalogue)).toEqual(expect.arrayContaining(codes.split('|')));
});

test('what is not LogQL, or not a member of a line, is noticed', () => {
  expect(() => streamsOf('sum(count_over_time({service_name="a"} | json [5m])')).toThrow(
    'Not LogQL',
  );
  expect(
    streamsOf(
      'sum by (code) (count_over_time({service_name="a"} | json message, path | message="request" | route="/" [5m]))',
    ),
  ).toEqual([
    {
      worker: 'a',
      message: 'request',
      members: ['message', 'path'],
      names: ['message', 'path', 'message', 'route', 'code'],
    },
  ]);
  expect(logged.get('request')).not.toContain('path');
});

test('the panels have ids of their own and ask a source that the dashboard has', () => {
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const names = dashboard.templating.list.map(({ name }) => `\${${name}}`);
  for (const { datasource } of dashboard.panels) expect(names).toContain(datasource.uid);
});

describe('the alerts', () => {
  const uids = sources.datasources.map(({ uid }) => uid);

  test('are four', () => expect(rules.map(({ uid }) => uid)).toHaveLength(4));

  test.each(rules.map((rule) => [rule.uid, rule] as const))(
    '%s refers to a panel, a source, a query and a guide that exist',
    (_, { dashboardUid, panelId, condition, data, annotations }) => {
      expect(dashboardUid).toBe(dashboard.uid);
      expect(dashboard.panels.map(({ id }) => id)).toContain(panelId);
      const [query, threshold] = data;
      expect(uids).toContain(query?.datasourceUid);
      expect(threshold?.datasourceUid).toBe('__expr__');
      expect([threshold?.refId, threshold?.model.expression]).toEqual([condition, query?.refId]);
      for (const { refId, model } of data) expect(model.refId).toBe(refId);
      const { pathname, hash } = new URL(annotations.runbook_url);
      expect(pathname).toBe('/docs/runbook');
      expect(['', ...sectionsOf(runbook).map(({ id }) => `#${id}`)]).toContain(hash);
    },
  );
});
