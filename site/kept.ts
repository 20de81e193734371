import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Kept, keptReleases } from '../tools/release/kept.ts';
import type { SiteFile } from './files.ts';

/**
 * Returns the scripts and styles of earlier releases that are not among the files of this one. Pages that are open
 * still load them, and while a release ramps up, so do pages of the previous version.
 */
export function filesOfEarlierReleases(
  files: readonly SiteFile[],
  kept: readonly Kept[] = keptReleases(),
): SiteFile[] {
  const known = new Set(files.map(({ path }) => path));
  return kept.flatMap(({ assets }) =>
    filesIn(assets).flatMap((file) => {
      const path = `/${relative(assets, file)}`;
      if (known.has(path)) return [];
      known.add(path);
      return [{ path, content: readFileSync(file) }];
    }),
  );
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];
