import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute } from 'node:path';
import { AssayError } from '../../engine/errors.ts';
import type { JobContext } from '../../engine/jobs/index.ts';
import type { CommandJobInput, CommandJobOutput } from '../../engine/reproduction/index.ts';
import { execute } from '../cli/exec/execute.ts';
import { runningEngine } from '../cli/running-engine.ts';

/** A cancelled job has three seconds: interrupt, terminate and kill have to fit. */
const graceMs = 1200;

/** Runs a command again as `assay exec` would, into a run that is there already. Errors: what the system says of the program. */
export async function run(context: JobContext<CommandJobInput>): Promise<CommandJobOutput> {
  const { command, folder, python, dir, runId } = context.input;
  const connection = await runningEngine(dir);
  if (connection === null)
    throw new AssayError('internal', 'The engine of the workspace does not answer its own jobs.');
  context.progress(null, command.join(' ').slice(0, 200));
  const { exitCode } = await execute({
    connection: { ...connection, close: async () => {} },
    reconnect: async () => (await runningEngine(dir))?.client ?? null,
    dir,
    command,
    run: await connection.client.runs.get({ params: { runId } }),
    environment: withInterpreter(process.env, python),
    cwd: folder,
    graceMs,
    stopSignal: context.signal,
    staysInGroup: true,
    onStart: () => {},
    onOutput: (stream, chunk) =>
      context.log(chunk.toString().trimEnd(), stream === 'stderr' ? 'warn' : 'info'),
    onTrouble: (text) => context.log(text, 'warn'),
  });
  return { exitCode };
}

/** The folder of the interpreter comes first, as it does in an active Python environment. */
function withInterpreter(environment: NodeJS.ProcessEnv, python: string | null): NodeJS.ProcessEnv {
  if (python === null || !isAbsolute(python) || !existsSync(python)) return environment;
  return { ...environment, PATH: [dirname(python), environment.PATH ?? ''].join(delimiter) };
}
