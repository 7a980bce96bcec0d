import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Package = z.object({ name: z.literal('assay'), version: z.string() });

/** The version of Assay: of the package.json above this file, in the sources and in a bundle alike. */
export const version: string = readVersion();

function readVersion(): string {
  for (const up of ['../../package.json', '../package.json']) {
    try {
      return Package.parse(JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'))).version;
    } catch {
      // The other one, then.
    }
  }
  throw new Error('The package.json of Assay is not where it should be.');
}
