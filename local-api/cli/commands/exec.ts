import { Command } from 'commander';
import pc from 'picocolors';
import { connect } from '../connect.ts';
import { contextOf } from '../context.ts';
import { execute } from '../exec/execute.ts';
import { exitCodes } from '../exit-codes.ts';
import { experimentNamed } from '../experiment-ref.ts';
import { CommandFailure } from '../failure.ts';
import { runningEngine } from '../running-engine.ts';

type Options = { experiment: string; name?: string; tag?: string[] };

const notFoundCode = 127;

export function execCommand(): Command {
  return new Command('exec')
    .description('run any command as a tracked run; mlflow in it logs into that run')
    .usage('[options] -- <command...>')
    .argument('<command...>', 'the command with its arguments, after --')
    .option('-e, --experiment <name>', 'experiment to file the run under; made when new', 'Default')
    .option('--name <name>', 'name of the run')
    .option('-t, --tag <key=value...>', 'tags of the run')
    .addHelpText(
      'after',
      '\nExample: assay exec --experiment digits -- python train.py --epochs 10\nThe exit code is that of the command.',
    )
    .action(async (command: string[], options: Options, self: Command) => {
      const { dir, output } = contextOf(self);
      const tags = tagsOf(options.tag ?? []);
      const connection = await connect(dir);
      try {
        const { run, exitCode } = await execute({
          connection,
          reconnect: async () => (await runningEngine(dir))?.client ?? null,
          dir,
          command,
          run: {
            experimentId: await experimentNamed(connection.client, options.experiment),
            name: options.name,
            tags,
          },
          environment: process.env,
          cwd: process.cwd(),
          onStart: ({ name, id }) => output.note(pc.dim(`Run ${name} (${id.slice(0, 8)})`)),
          // With --json, standard output is for the one object.
          onOutput: (stream, chunk) => {
            (stream === 'stdout' && !output.json ? process.stdout : process.stderr).write(chunk);
          },
          onTrouble: (text) => output.note(pc.yellow(`! ${text}`)),
        });
        output.result({ run, exitCode }, () =>
          output.note(pc.dim(`Run ${run.name} (${run.id.slice(0, 8)}) ${run.status}, exit code ${exitCode}`)),
        );
        process.exitCode = exitCode;
      } catch (thrown) {
        throw startFailure(thrown, command[0] ?? '');
      } finally {
        await connection.close();
      }
    });
}

function tagsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals > 0) return [pair.slice(0, equals), pair.slice(equals + 1)];
      throw new CommandFailure(
        'usage',
        `"${pair}" is not key=value.`,
        'For example: --tag team=vision',
        exitCodes.usage,
      );
    }),
  );
}

/** As a shell answers for a program that it cannot start. */
function startFailure(thrown: unknown, program: string): unknown {
  if (!(thrown instanceof Error) || !('syscall' in thrown) || !String(thrown.syscall).startsWith('spawn'))
    return thrown;
  return new CommandFailure(
    'exec/not-started',
    `"${program}" cannot be started: ${thrown.message}`,
    'Check the name of the program and that it is in the PATH.',
    notFoundCode,
  );
}
