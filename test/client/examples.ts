import { readFile } from 'node:fs/promises';

/** An example of the client's README, named after its heading and its first line. */
interface Example {
  name: string;
  code: string;
  /** Whether it is a complete module for Workers. */
  isWorker: boolean;
}

/** Returns the ts blocks of the README. All except Workers begin with the first block. */
export async function readExamples(): Promise<{ setup: string; examples: Example[] }> {
  const text = await readFile('client/README.md', 'utf8');
  const [setup, ...examples] = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => {
    const code = match[1] ?? '';
    const heading = [...text.slice(0, match.index).matchAll(/^## (.*)/gm)].at(-1)?.[1] ?? '';
    const line = code.split('\n').find((each) => each !== '' && !each.startsWith('import')) ?? '';
    const isWorker = code.includes('export default');
    return { name: `${heading}: ${line.slice(0, 60)}`, code, isWorker };
  });
  return { setup: setup?.code ?? '', examples };
}

/** The programs in the guides, each complete by itself. */
export async function readPrograms(): Promise<{ guide: string; code: string }[]> {
  const guides = ['quick-start', 'nightly-sync'];
  return Promise.all(
    guides.map(async (guide) => {
      const text = await readFile(`docs/guides/${guide}.md`, 'utf8');
      return { guide, code: /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? '' };
    }),
  );
}
