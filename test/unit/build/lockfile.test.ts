import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';

const versions = z.record(z.string(), z.string()).default({});
const Manifest = z.object({
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
});
const Lockfile = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

const read = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../../../${name}`, import.meta.url), 'utf8'));

/** `npm ci` refuses a lockfile that lacks a package; an installed tree hides it until somebody clones anew. */
test('the lockfile has each package of package.json in the pinned version', async () => {
  const { dependencies, devDependencies, optionalDependencies } = Manifest.parse(await read('package.json'));
  const { packages } = Lockfile.parse(await read('package-lock.json'));
  const wanted = { ...dependencies, ...devDependencies, ...optionalDependencies };
  const locked = Object.fromEntries(
    Object.keys(wanted).map((name) => [name, packages[`node_modules/${name}`]?.version]),
  );
  expect(locked).toEqual(wanted);
});
