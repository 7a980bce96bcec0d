import { z } from 'zod';

/** What is read of a run's `environment.json`; files of other programs may leave out any of it. */
export const RunEnvironment = z.object({
  assay: z.string().optional(),
  host: z.string().optional(),
  os: z
    .object({
      platform: z.string().default(''),
      release: z.string().default(''),
      arch: z.string().default(''),
    })
    .optional(),
  cpu: z.object({ model: z.string().default(''), cores: z.number().default(0) }).optional(),
  gpus: z.array(z.object({ name: z.string(), driver: z.string().default('') })).optional(),
  node: z
    .object({
      version: z.string().default(''),
      lockFile: z.object({ digest: z.string() }).nullable().optional(),
    })
    .optional(),
  python: z
    .object({
      executable: z.string().default(''),
      version: z.string().default(''),
      packages: z.array(z.string()).default([]),
    })
    .nullable()
    .optional(),
  command: z.array(z.string()).optional(),
  workingDirectory: z.string().optional(),
});
export type RunEnvironment = z.infer<typeof RunEnvironment>;

/** One thing that two environments do not share; null where one of them has it not. */
export type EnvironmentDifference = { what: string; original: string | null; reproduced: string | null };

/**
 * What differs between the machines and programs that two runs were made with, the most telling first. An environment that
 * is not known differs in nothing: there is nothing to say about it.
 */
export function environmentDifferences(
  original: RunEnvironment | null,
  reproduced: RunEnvironment | null,
): EnvironmentDifference[] {
  if (original === null || reproduced === null) return [];
  const before = facts(original);
  const after = facts(reproduced);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((what) => {
    const pair = { what, original: before.get(what) ?? null, reproduced: after.get(what) ?? null };
    return pair.original === pair.reproduced ? [] : [pair];
  });
}

function facts({ assay, os, cpu, gpus, node, python, host }: RunEnvironment): Map<string, string> {
  const named: [string, string | undefined][] = [
    ['Assay', assay],
    ['Node', node?.version],
    ['Python', python?.version],
    ...(python?.packages ?? []).map((line): [string, string] => {
      const [name = '', ...version] = line.split('==');
      return [`package ${name}`, version.join('==')];
    }),
    ['package-lock.json', node?.lockFile?.digest],
    ['operating system', os && `${os.platform} ${os.release} ${os.arch}`],
    ['CPU', cpu && `${cpu.cores} × ${cpu.model}`],
    ['GPU', gpus?.map(({ name, driver }) => `${name} (driver ${driver})`).join(', ')],
    ['machine', host],
  ];
  return new Map(named.filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ''));
}
