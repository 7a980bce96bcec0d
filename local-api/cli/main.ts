/** The `assay` command. Each command is a file in commands/; this one only lists them and turns failures into exit codes. */
import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { exitCodes } from './exit-codes.ts';
import { describeFailure, printFailure, wrongUse } from './failure.ts';

/** Where each command stands, in the order of the help. A command is loaded when it is asked for: all of them take a third of a second. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  quickstart: async () => (await import('./commands/quickstart.ts')).quickstartCommand(),
  init: async () => (await import('./commands/init.ts')).initCommand(),
  import: async () => (await import('./commands/import.ts')).importCommand(),
  connections: async () => (await import('./commands/connections.ts')).connectionsCommand(),
  datasets: async () => (await import('./commands/datasets.ts')).datasetsCommand(),
  dvc: async () => (await import('./commands/dvc.ts')).dvcCommand(),
  diff: async () => (await import('./commands/diff.ts')).diffCommand(),
  profile: async () => (await import('./commands/profile.ts')).profileCommand(),
  transform: async () => (await import('./commands/transform.ts')).transformCommand(),
  lineage: async () => (await import('./commands/lineage.ts')).lineageCommand(),
  train: async () => (await import('./commands/train.ts')).trainCommand(),
  leaderboard: async () => (await import('./commands/leaderboard.ts')).leaderboardCommand(),
  exec: async () => (await import('./commands/exec.ts')).execCommand(),
  reproduce: async () => (await import('./commands/reproduce.ts')).reproduceCommand(),
  runs: async () => (await import('./commands/runs.ts')).runsCommand(),
  'runs-import': async () => (await import('./commands/runs-import.ts')).runsImportCommand(),
  'runs-export': async () => (await import('./commands/runs-export.ts')).runsExportCommand(),
  views: async () => (await import('./commands/views.ts')).viewsCommand(),
  compare: async () => (await import('./commands/compare.ts')).compareCommand(),
  register: async () => (await import('./commands/register.ts')).registerCommand(),
  models: async () => (await import('./commands/models.ts')).modelsCommand(),
  promote: async () => (await import('./commands/releases.ts')).promoteCommand(),
  rollback: async () => (await import('./commands/releases.ts')).rollbackCommand(),
  gate: async () => (await import('./commands/releases.ts')).gateCommand(),
  policy: async () => (await import('./commands/policy.ts')).policyCommand(),
  predict: async () => (await import('./commands/predict.ts')).predictCommand(),
  explain: async () => (await import('./commands/explain.ts')).explainCommand(),
  batch: async () => (await import('./commands/batch.ts')).batchCommand(),
  schedule: async () => (await import('./commands/schedule.ts')).scheduleCommand(),
  deploy: async () => (await import('./commands/deploy.ts')).deployCommand(),
  endpoint: async () => (await import('./commands/endpoint.ts')).endpointCommand(),
  schema: async () => (await import('./commands/schema.ts')).schemaCommand(),
  validate: async () => (await import('./commands/validate.ts')).validateCommand(),
  drift: async () => (await import('./commands/drift.ts')).driftCommand(),
  monitor: async () => (await import('./commands/monitor.ts')).monitorCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  targets: async () => (await import('./commands/targets.ts')).targetsCommand(),
  push: async () => (await import('./commands/push.ts')).pushCommand(),
  pull: async () => (await import('./commands/push.ts')).pullCommand(),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(),
  'import-bundle': async () => (await import('./commands/import-bundle.ts')).importBundleCommand(),
  keys: async () => (await import('./commands/keys.ts')).keysCommand(),
  jobs: async () => (await import('./commands/jobs.ts')).jobsCommand(),
  db: async () => (await import('./commands/db.ts')).dbCommand(),
};

function createProgram(): Command {
  return new Command('assay')
    .description(
      'A local MLOps workbench: import, train, compare, serve, watch for drift and export, offline.',
    )
    .version(version)
    .option(
      '-w, --workspace <dir>',
      'workspace folder (default: ASSAY_WORKSPACE, or one in the data folder of the platform)',
    )
    .option('--json', 'print one JSON object and nothing else')
    .showHelpAfterError('(assay --help lists the commands)')
    .exitOverride()
    .enablePositionalOptions();
}

/** The command that the arguments name; every command where they name none, for the help and for a misspelt one. */
async function commandsFor(args: readonly string[]): Promise<Command[]> {
  const place = args.findIndex((arg, index) => !arg.startsWith('-') && !takesNext(args[index - 1]));
  const name = args[place] ?? '';
  if (place < 0 && args.some((arg) => arg === '-V' || arg === '--version')) return [];
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const loads = load === undefined ? Object.values(commands) : [load];
  return Promise.all(loads.map((command) => command()));
}

/** Global options whose value is an argument of its own. */
function takesNext(option: string | undefined): boolean {
  return option === '-w' || option === '--workspace';
}

/** Sub-commands take the global options too, so that `assay runs --json` works as well as `assay --json runs`. */
function inherit(command: Command): Command {
  // Options after the name of a sub-command are its own: `register --version 1.2.0` is not a question for the version of Assay.
  command.exitOverride().showHelpAfterError('(add --help for its options)').enablePositionalOptions();
  if (!command.options.some((option) => option.long === '--json'))
    command.option('--json', 'print one JSON object and nothing else');
  if (!command.options.some((option) => option.long === '--workspace'))
    command.option('-w, --workspace <dir>', 'workspace folder');
  for (const child of command.commands) inherit(child);
  return command;
}

/** Without what `exec` passes on to another command. */
function ownArguments(): string[] {
  const end = process.argv.indexOf('--');
  return end < 0 ? process.argv : process.argv.slice(0, end);
}

/** Who closes the pipe (`assay runs | head`) wants no more lines; what is under way still comes to its end. */
function outliveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

async function main(): Promise<void> {
  outliveClosedPipes();
  try {
    const program = createProgram();
    for (const command of await commandsFor(process.argv.slice(2))) program.addCommand(inherit(command));
    await program.parseAsync(process.argv);
  } catch (thrown) {
    const json = ownArguments().includes('--json');
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
      // Commander has told people already.
      if (json && thrown.exitCode !== 0) printFailure(wrongUse(thrown), true);
      return;
    }
    const failure = describeFailure(thrown);
    printFailure(failure, json);
    if (process.env.ASSAY_DEBUG && thrown instanceof Error) console.error(thrown.stack);
    process.exitCode = failure.exitCode;
  }
}

await main();
