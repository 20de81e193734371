import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

// What Cloudflare's deploy button and `npm create cloudflare -- --template` read.

test('every secret of the README is described, and nothing that does not exist', async () => {
  const readme = await readFile('README.md', 'utf8');
  const { cloudflare } = JSON.parse(await readFile('package.json', 'utf8'));
  const secrets = [...readme.matchAll(/^\| `(\w+)` \|[^|]*(?:\|[^|]*)?\bsecret\b/gm)];
  expect(Object.keys(cloudflare.bindings).sort()).toEqual(
    [...secrets.map(([, name]) => name), 'WEBHOOKS'].sort(),
  );
});

test('no placeholder becomes a secret of production', async () => {
  const lines = (await readFile('.dev.vars.example', 'utf8')).split('\n');
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
});
