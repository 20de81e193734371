import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logged } from '../../tools/release/budget.ts';
import { Cloudflare, type Run } from '../../tools/release/cloudflare.ts';
import { release, type Settings } from '../../tools/release/operations.ts';
import type { Tools } from '../../tools/release/steps.ts';
import { CloudflareAccount } from '../support/cloudflare-account.ts';
import { commandsOn } from '../support/cloudflare-commands.ts';

/** A Worker to release, on an account without wrangler unless `run` is another. */
export class World {
  readonly account: CloudflareAccount;
  readonly cloudflare: Cloudflare;
  readonly settings: Settings;
  /** The lines that the release has printed. */
  readonly lines: string[] = [];
  /** The names of the steps outside Cloudflare that have run. */
  readonly local: string[] = [];
  /** What the log shows at each share, by the tag of the version. */
  logged: Record<string, { requests: number; errors?: number; ms?: number }> = {};
  /** Replaces steps outside Cloudflare. */
  readonly own: Partial<Tools> = {};
  readonly stop = new AbortController();

  constructor(folder: string, account = new CloudflareAccount(), run: Run = commandsOn(account)) {
    this.account = account;
    this.cloudflare = new Cloudflare(undefined, run);
    const secrets = join(folder, 'secrets.json');
    writeFileSync(secrets, '{"DATABASE_URL":"postgresql://u:p@h/d"}');
    this.settings = {
      ...{ tag: 'one', secrets, ramp: [5, 25, 100], waitMs: 0 },
      ...{ queues: ['edge-profile-webhooks'], budget: { errors: 1, slower: 1.5 } },
    };
  }

  static async make(): Promise<World> {
    return new World(await mkdtemp(join(tmpdir(), 'release-')));
  }

  /** Runs a release to its end. Returns undefined, or the line that it fails with. */
  release(tag: string, wish: Partial<Settings> = {}): Promise<string | undefined> {
    const does = (name: string, text: string) => async () => {
      this.local.push(name);
      return text;
    };
    const tools: Tools = {
      cloudflare: this.cloudflare,
      settings: does('settings', 'fine'),
      check: does('check', 'passed'),
      backward: does('backward', '0.9.0 on the new tables'),
      migrate: does('migrate', 'applied 1'),
      requireConformable: () => {},
      conform: does('conform', '9 cases passed'),
      watch: async (wait) => {
        await wait();
        return Object.entries(this.logged).flatMap(([name, numbers]) =>
          requests(this.account.id(name), numbers),
        );
      },
      print: (line) => this.lines.push(line),
      signal: this.stop.signal,
      ...this.own,
    };
    return release({ ...this.settings, tag, ...wish }, tools).then(
      () => undefined,
      ({ message }: Error) => message,
    );
  }

  /** Returns the names of the steps that the lines are about, and takes the lines. */
  steps(): string[] {
    return this.lines.splice(0).map((line) => line.split('  ')[0] ?? '');
  }

  /** Takes what was changed at Cloudflare. */
  changes(): string[] {
    return this.account.changes.splice(0);
  }
}

/** Returns requests of a version, of which the first ones are 500. */
const requests = (
  version: string,
  { requests, errors = 0, ms = 20 }: { requests: number; errors?: number; ms?: number },
): Logged[] =>
  Array.from({ length: requests }, (_, i) => ({
    ...{ version, status: i < errors ? 500 : 200, durationMs: ms },
  }));
