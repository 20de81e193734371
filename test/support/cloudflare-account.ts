import { randomUUID } from 'node:crypto';

/** An error of the API. */
export class Refused extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The parts of a release that change something, in the words of a test. */
export type Action =
  | 'create queue'
  | 'upload'
  | 'deploy'
  | 'schedules'
  | 'consumers'
  | 'list deployments';

interface Version {
  id: string;
  number: number;
  metadata: { created_on: string; source: string; author_email: string; has_preview: boolean };
  annotations: Record<string, string>;
  resources: { bindings: object[]; script: object; script_runtime: object };
}

interface Deployment {
  id: string;
  created_on: string;
  source: string;
  strategy: string;
  author_email: string;
  annotations: Record<string, string>;
  versions: { version_id: string; percentage: number }[];
}

/** The metadata of an upload. */
export interface Upload {
  annotations?: Record<string, string>;
  bindings: { type: string; name: string; text?: string; queue_name?: string }[];
}

/**
 * One account of Cloudflare with one Worker, as far as a release uses it. It refuses what Cloudflare refuses,
 * with the same codes. `cloudflare-api.ts` serves it to wrangler, `cloudflare-commands.ts` without wrangler.
 */
export class CloudflareAccount {
  readonly queues = new Map<string, { id: string; consumers: { script: string }[] }>();
  /** Newest first, as in the API. */
  readonly versions: Version[] = [];
  readonly deployments: Deployment[] = [];
  crons: string[] = [];
  /** What was changed, in order, such as `deploy def@5 abc@95`. */
  readonly changes: string[] = [];
  #fails: { action: Action; others: number } | undefined;
  /** Lets one action of this kind fail, after some others, before it has changed anything. */
  fail(action: Action, others = 0): void {
    this.#fails = { action, others };
  }

  /** The shares of the newest deployment, by tag. */
  get shares(): Record<string, number> {
    const shares = this.deployments[0]?.versions ?? [];
    return Object.fromEntries(
      shares.map(({ version_id, percentage }) => [this.#tag(version_id), percentage]),
    );
  }

  /** The message of the newest deployment. */
  get message(): string | undefined {
    return this.deployments[0]?.annotations['workers/message'];
  }

  /** Returns the id of the version with a tag. */
  id(tag: string): string {
    return this.versions.find((each) => each.annotations['workers/tag'] === tag)?.id ?? '';
  }

  #tag(id: string): string {
    return this.versions.find((each) => each.id === id)?.annotations['workers/tag'] ?? id;
  }

  #act(action: Action, change?: string): void {
    if (this.#fails?.action === action && this.#fails.others-- === 0) {
      this.#fails = undefined;
      throw new Refused(500, 10013, `the test lets ${action} fail`);
    }
    if (change) this.changes.push(change);
  }

  createQueue(name: string): object {
    if (this.queues.has(name))
      throw new Refused(409, 11009, `Queue name '${name}' is already taken`);
    this.#act('create queue', `queue ${name}`);
    this.queues.set(name, { id: randomUUID().replaceAll('-', ''), consumers: [] });
    return this.listQueues(name)[0] ?? {};
  }

  listQueues(name: string | null): object[] {
    return [...this.queues]
      .filter(([each]) => name === null || each === name)
      .map(([queue_name, { id, consumers }]) => ({
        ...{ queue_id: id, queue_name, producers: [], consumers },
        ...{ producers_total_count: 0, consumers_total_count: consumers.length, settings: {} },
      }));
  }

  addConsumer(queueId: string, script: string): object {
    this.#act('consumers', `consumer ${script}`);
    const queue = [...this.queues.values()].find(({ id }) => id === queueId);
    const consumer = { type: 'worker', script, consumer_id: queueId };
    if (queue) queue.consumers = [consumer];
    return consumer;
  }

  schedule(crons: readonly { cron: string }[]): object {
    this.requireWorker();
    this.#act('schedules', 'schedules');
    this.crons = crons.map(({ cron }) => cron);
    return { schedules: crons };
  }

  upload({ annotations = {}, bindings }: Upload): Version {
    for (const { type, queue_name } of bindings)
      if (type === 'queue' && queue_name && !this.queues.has(queue_name))
        throw new Refused(400, 11000, `Queue '${queue_name}' was not found`);
    this.#act('upload', `upload ${annotations['workers/tag']}`);
    const version: Version = {
      id: randomUUID(),
      number: this.versions.length + 1,
      metadata: {
        ...{ ...this.#now(), source: 'wrangler', author_email: 'a@example.com' },
        has_preview: true,
      },
      annotations,
      resources: { bindings, script: {}, script_runtime: {} },
    };
    this.versions.unshift(version);
    return version;
  }

  deploy(shares: Deployment['versions'], annotations: Record<string, string> = {}): Deployment {
    this.requireWorker();
    if (shares.reduce((sum, { percentage }) => sum + percentage, 0) !== 100)
      throw new Refused(400, 10208, 'The percentages must add up to 100');
    for (const { version_id } of shares)
      if (!this.versions.some(({ id }) => id === version_id))
        throw new Refused(404, 10209, `Version ${version_id} was not found`);
    const shown = shares.map((each) => `${this.#tag(each.version_id)}@${each.percentage}`);
    this.#act('deploy', `deploy ${shown.join(' ')}`);
    const deployment: Deployment = {
      ...{ id: randomUUID(), source: 'wrangler', strategy: 'percentage' },
      ...{ ...this.#now(), author_email: 'a@example.com', annotations, versions: shares },
    };
    this.deployments.unshift(deployment);
    return deployment;
  }

  listDeployments(): Deployment[] {
    this.requireWorker();
    this.#act('list deployments');
    return this.deployments.slice(0, 10);
  }

  /** Throws unless a version was uploaded. */
  requireWorker(): void {
    if (this.versions.length === 0)
      throw new Refused(404, 10007, 'This Worker does not exist on your account.');
  }

  /** Later than anything before. */
  #now(): { created_on: string } {
    const at = Date.UTC(2027, 0, 1) + (this.versions.length + this.deployments.length) * 1000;
    return { created_on: new Date(at).toISOString() };
  }
}
