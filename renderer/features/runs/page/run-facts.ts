import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { keys } from '../../../app/queries.ts';
import { readRunText } from '../artifacts/run-files.ts';

export const environmentFile = 'environment.json';
export const diffFile = 'source/diff.patch';

/** What is shown of `environment.json`; the file of another program may leave out any of it. */
const Facts = z.object({
  assay: z.string().optional(),
  host: z.string().optional(),
  user: z.string().optional(),
  os: z.object({ platform: z.string(), release: z.string(), arch: z.string() }).partial().optional(),
  cpu: z.object({ model: z.string(), cores: z.number() }).partial().optional(),
  memoryMegabytes: z.number().optional(),
  gpus: z
    .array(
      z.object({ name: z.string(), memoryMegabytes: z.number().optional(), driver: z.string().optional() }),
    )
    .optional(),
  node: z
    .object({
      version: z.string(),
      lockFile: z.object({ path: z.string(), digest: z.string(), packages: z.number() }).nullable(),
    })
    .partial()
    .optional(),
  python: z
    .object({ executable: z.string(), version: z.string(), packages: z.array(z.string()) })
    .partial()
    .nullish(),
  workingDirectory: z.string().optional(),
  git: z
    .object({ untracked: z.array(z.string()) })
    .partial()
    .nullish(),
});
export type RunFacts = z.infer<typeof Facts>;

/** Where and with what a run was made; null where that is not known. */
export function useRunFacts(runId: string) {
  return useQuery({
    queryKey: keys.part('runs', runId, 'facts'),
    queryFn: async ({ signal }): Promise<RunFacts | null> => {
      const text = await readRunText(runId, environmentFile, signal);
      return text === null ? null : (Facts.safeParse(readJson(text)).data ?? null);
    },
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export type PackageLine = { name: string; version: string };

/** `numpy==2.1.0` as name and version. */
export function packagesOf(lines: readonly string[]): PackageLine[] {
  return lines.map((line) => {
    const [name = '', ...version] = line.split('==');
    return { name, version: version.join('==') };
  });
}

/** What a line of a patch is, for its colour. */
export function partOfPatch(line: string): 'added' | 'removed' | 'place' | 'file' | undefined {
  if (/^(diff |index |--- |\+\+\+ |new file|deleted file|rename )/.test(line)) return 'file';
  if (line.startsWith('@@')) return 'place';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : undefined;
}
