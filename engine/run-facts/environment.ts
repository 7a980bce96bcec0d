import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { arch, cpus, hostname, version as osVersion, platform, release, totalmem, userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { version } from '../system/version.ts';
import { type Gpu, readGpus } from './gpus.ts';
import { programOutput } from './program-output.ts';

/** Where and with what a run was made: the content of its artifact `environment.json`. */
export type Environment = {
  assay: string;
  host: string;
  user: string;
  os: { platform: string; release: string; version: string; arch: string };
  cpu: { model: string; cores: number };
  memoryMegabytes: number;
  gpus: Gpu[];
  node: { version: string; lockFile: { path: string; digest: string; packages: number } | null };
  /** Null where the command is no Python and no Python environment is active. */
  python: { executable: string; version: string; packages: string[] } | null;
  command: string[];
  workingDirectory: string;
};

/** What is known of the command that is run; secrets in its arguments are to be taken out before. */
export type CommandFacts = {
  /** Program and arguments. */
  command: readonly string[];
  cwd: string;
  /** Of the command; read for an active Python environment alone, never kept. */
  environment: Readonly<Record<string, string | undefined>>;
};

/** Collects what can be told in a few seconds; what cannot be read is left out rather than an error. */
export async function readEnvironment(facts: CommandFacts): Promise<Environment> {
  const processors = cpus();
  const [gpus, lockFile, python] = await Promise.all([
    readGpus(),
    readLockFile(facts.cwd),
    readPython(facts),
  ]);
  return {
    assay: version,
    host: hostname(),
    user: userName(),
    os: { platform: platform(), release: release(), version: osVersion(), arch: arch() },
    cpu: { model: processors[0]?.model.trim() ?? '', cores: processors.length },
    memoryMegabytes: Math.round(totalmem() / 2 ** 20),
    gpus,
    node: { version: process.versions.node, lockFile },
    python,
    command: [...facts.command],
    workingDirectory: facts.cwd,
  };
}

/** The name of the person at this machine; empty where the system has none (a container without a user entry). */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

const LockFile = z.object({ packages: z.record(z.string(), z.unknown()).optional() });

/** The nearest package-lock.json, from the folder upwards. */
async function readLockFile(cwd: string): Promise<Environment['node']['lockFile']> {
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    const path = join(dir, 'package-lock.json');
    const bytes = await readFile(path).catch(() => null);
    if (bytes !== null) {
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      return { path, digest, packages: countPackages(bytes.toString('utf8')) };
    }
    if (dir === dirname(dir)) return null;
  }
}

function countPackages(text: string): number {
  try {
    // The empty name is the project itself.
    return Object.keys(LockFile.parse(JSON.parse(text)).packages ?? {}).filter((name) => name !== '').length;
  } catch {
    return 0;
  }
}

/** Asks the interpreter itself: pip need not be installed, and its start takes a second longer. */
const pythonQuestion = `
import sys, importlib.metadata as m
print(sys.executable)
print(sys.version.split()[0])
for line in sorted({f"{d.metadata['Name']}=={d.version}" for d in m.distributions() if d.metadata['Name']}, key=str.lower):
    print(line)
`;

async function readPython({ command, cwd, environment }: CommandFacts): Promise<Environment['python']> {
  const [program = ''] = command;
  const isPython = /^(python|pypy)[\d.]*(\.exe)?$/i.test(basename(program));
  const isActive = environment.VIRTUAL_ENV !== undefined || environment.CONDA_PREFIX !== undefined;
  if (!isPython && !isActive && !/\.py$/i.test(program)) return null;
  const interpreter = isPython ? program : process.platform === 'win32' ? 'python' : 'python3';
  const output = await programOutput(interpreter, ['-c', pythonQuestion], { cwd, timeoutMs: 30_000 });
  if (output === null) return null;
  const [executable = '', pythonVersion = '', ...packages] = output.text
    .split(/\r?\n/)
    .filter((line) => line !== '');
  return { executable, version: pythonVersion, packages };
}
