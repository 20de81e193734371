import { readFile } from 'node:fs/promises';
import { CloudflareError, type Output, type Run } from '../../tools/release/cloudflare.ts';
import { type CloudflareAccount, Refused } from './cloudflare-account.ts';

/** Returns what runs a command of wrangler on an account as wrangler would, without its process. */
export const commandsOn =
  (account: CloudflareAccount): Run =>
  async (...words) => {
    const command = Object.keys(COMMANDS).find((name) => words.join(' ').startsWith(name));
    try {
      return (await COMMANDS[command ?? '']?.(account, words)) ?? { stdout: '' };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new CloudflareError(command ?? '', error.message, error.code);
    }
  };

const COMMANDS: Record<
  string,
  (account: CloudflareAccount, words: readonly string[]) => Promise<Output | undefined>
> = {
  'queues create': async (account, [, , name = '']) => {
    account.createQueue(name);
    return undefined;
  },
  'deployments list': async (account) => ({
    stdout: JSON.stringify(account.listDeployments().toReversed()),
  }),
  'versions list': async (account) => {
    account.requireWorker();
    return { stdout: JSON.stringify(account.versions.slice(0, 10).toReversed()) };
  },
  'versions upload': async (account, words) => {
    account.requireWorker();
    return { stdout: '', version: await upload(account, words) };
  },
  'versions deploy': async (account, words) => {
    const shares = words.filter((word) => word.includes('@')).map((word) => word.split('@'));
    account.deploy(
      shares.map(([id = '', percent]) => ({ version_id: id, percentage: Number(percent) })),
      messageIn(words),
    );
    return undefined;
  },
  rollback: async (account, words) => {
    account.deploy([{ version_id: words[1] ?? '', percentage: 100 }], messageIn(words));
    return undefined;
  },
  'triggers deploy': async (account) => {
    deployTriggers(account);
    return undefined;
  },
  deploy: async (account, words) => {
    const version = await upload(account, words);
    account.deploy([{ version_id: version, percentage: 100 }]);
    deployTriggers(account);
    return { stdout: '', version };
  },
};

const option = (words: readonly string[], name: string): string =>
  words[words.indexOf(name) + 1] ?? '';

const messageIn = (words: readonly string[]) => ({ 'workers/message': option(words, '--message') });

async function upload(account: CloudflareAccount, words: readonly string[]): Promise<string> {
  const secrets = JSON.parse(await readFile(option(words, '--secrets-file'), 'utf8')) as object;
  return account.upload({
    annotations: { ...messageIn(words), 'workers/tag': option(words, '--tag') },
    bindings: [
      ...Object.entries(secrets).map(([name, text]) => ({ type: 'secret_text', name, text })),
      { type: 'queue', name: 'WEBHOOKS', queue_name: 'edge-profile-webhooks' },
    ],
  }).id;
}

function deployTriggers(account: CloudflareAccount): void {
  account.schedule([{ cron: '17 * * * *' }, { cron: '*/5 * * * *' }]);
  for (const { id } of account.queues.values()) account.addConsumer(id, 'edge-profile');
}
