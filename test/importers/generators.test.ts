import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import SwaggerParser from '@apidevtools/swagger-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inVersion30 } from '../../site/openapi/print.ts';
import { compile, generate, generators, HERE } from './generators.ts';

// Below this folder, so that the code finds the packages that it imports.
const FOLDER = join(HERE, 'dist');
const versions = ['3.1', '3.0'] as const;
const documentOf = (version: string) => join(FOLDER, `openapi-${version}.json`);
const folderOf = (name: string, version: string) => join(FOLDER, `${name}-${version}`);

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  const document = await readFile('openapi.json', 'utf8');
  await writeFile(documentOf('3.1'), document);
  await writeFile(documentOf('3.0'), inVersion30(document));
});

afterAll(() => rm(FOLDER, { recursive: true }));

describe.each(versions)('from OpenAPI %s', (version) => {
  test.each(Object.keys(generators))('%s generates code that compiles', async (name) => {
    const folder = folderOf(name, version);
    await mkdir(folder, { recursive: true });
    expect(generate(name, documentOf(version), folder)).toBe('');
    const files = (await readdir(folder, { recursive: true })).filter((file) =>
      file.endsWith('.ts'),
    );
    expect(files).not.toEqual([]);
    expect(compile(files.map((file) => join(folder, file)))).toBe('');
  });
});

// From 3.0: of a type that can be null the generator reads the pattern there only.
test('the code of openapi-zod-client accepts the texts that the server accepts', async () => {
  const { schemas } = await import(join(folderOf('openapi-zod-client', '3.0'), 'api.ts'));
  const accepts = (body: object) => schemas.UserUpdate.safeParse(body).success;
  expect(accepts({ first_name: '😀 Zoë', address: 'a\nb', phone: null })).toBe(true);
  expect(accepts({ first_name: 'a\u0001b' })).toBe(false);
});

test('the 3.0 form is valid', async () => {
  await expect(SwaggerParser.validate(documentOf('3.0'))).resolves.toMatchObject({
    openapi: expect.stringMatching(/^3\.0\./),
  });
});
