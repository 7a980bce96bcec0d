/** The `assay` command. Each command is a file in commands/; this one only lists them and turns failures into exit codes. */
import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { batchCommand } from './commands/batch.ts';
import { compareCommand } from './commands/compare.ts';
import { connectionsCommand } from './commands/connections.ts';
import { datasetsCommand } from './commands/datasets.ts';
import { dbCommand } from './commands/db.ts';
import { deployCommand } from './commands/deploy.ts';
import { diffCommand } from './commands/diff.ts';
import { driftCommand } from './commands/drift.ts';
import { endpointCommand } from './commands/endpoint.ts';
import { execCommand } from './commands/exec.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { importBundleCommand } from './commands/import-bundle.ts';
import { initCommand } from './commands/init.ts';
import { jobsCommand } from './commands/jobs.ts';
import { keysCommand } from './commands/keys.ts';
import { leaderboardCommand } from './commands/leaderboard.ts';
import { lineageCommand } from './commands/lineage.ts';
import { modelsCommand } from './commands/models.ts';
import { monitorCommand } from './commands/monitor.ts';
import { policyCommand } from './commands/policy.ts';
import { predictCommand } from './commands/predict.ts';
import { profileCommand } from './commands/profile.ts';
import { pullCommand, pushCommand } from './commands/push.ts';
import { quickstartCommand } from './commands/quickstart.ts';
import { registerCommand } from './commands/register.ts';
import { gateCommand, promoteCommand, rollbackCommand } from './commands/releases.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { runsCommand } from './commands/runs.ts';
import { runsExportCommand } from './commands/runs-export.ts';
import { runsImportCommand } from './commands/runs-import.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { schemaCommand } from './commands/schema.ts';
import { serveCommand } from './commands/serve.ts';
import { targetsCommand } from './commands/targets.ts';
import { trainCommand } from './commands/train.ts';
import { transformCommand } from './commands/transform.ts';
import { validateCommand } from './commands/validate.ts';
import { verifyCommand } from './commands/verify.ts';
import { viewsCommand } from './commands/views.ts';
import { exitCodes } from './exit-codes.ts';
import { describeFailure, printFailure, wrongUse } from './failure.ts';

export function createProgram(): Command {
  const program = new Command('assay')
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
  for (const command of [
    serveCommand(),
    quickstartCommand(),
    initCommand(),
    importCommand(),
    connectionsCommand(),
    datasetsCommand(),
    diffCommand(),
    profileCommand(),
    transformCommand(),
    lineageCommand(),
    trainCommand(),
    leaderboardCommand(),
    execCommand(),
    reproduceCommand(),
    runsCommand(),
    runsImportCommand(),
    runsExportCommand(),
    viewsCommand(),
    compareCommand(),
    registerCommand(),
    modelsCommand(),
    promoteCommand(),
    rollbackCommand(),
    gateCommand(),
    policyCommand(),
    predictCommand(),
    explainCommand(),
    batchCommand(),
    scheduleCommand(),
    deployCommand(),
    endpointCommand(),
    schemaCommand(),
    validateCommand(),
    driftCommand(),
    monitorCommand(),
    exportCommand(),
    targetsCommand(),
    pushCommand(),
    pullCommand(),
    verifyCommand(),
    importBundleCommand(),
    keysCommand(),
    jobsCommand(),
    dbCommand(),
  ])
    program.addCommand(inherit(command));
  return program;
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

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync(process.argv);
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
