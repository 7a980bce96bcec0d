import { Command } from 'commander';
import pc from 'picocolors';
import { PullResult, type Push, type PushPlan } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes, formatSeconds, type Output } from '../output.ts';

type PushOptions = { plan?: boolean; verify: boolean };

export function pushCommand(): Command {
  return new Command('push')
    .description('push a model version to a target; again sends only what is not there')
    .argument('<model>', 'name, name@alias or name/1.0.0')
    .argument('<target>', 'name of the target (assay targets lists them)')
    .option('--plan', 'only show what would be sent and changed there')
    .option('--no-verify', 'do not pull it back and compare its answers')
    .action(async (model: string, target: string, options: PushOptions, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        if (options.plan === true) {
          const plan = await client.targets.plan({ params: { target }, body: { model } });
          output.result(plan, () => showPlan(output, plan));
          return;
        }
        const begun = await client.targets.push({
          params: { target },
          body: { model, verify: options.verify },
        });
        const job = await client.jobs.get({ params: { jobId: begun.jobId } });
        await finish(client, job, `Push ${begun.model} ${begun.version} to ${begun.target}`);
        const push = await client.pushes.get({ params: { pushId: begun.id } });
        output.result(push, () => showPush(output, push));
        if (push.verification?.ok === false) process.exitCode = exitCodes.jobFailed;
      });
    });
}

function showPlan(output: Output, plan: PushPlan): void {
  const signs: Record<PushPlan['lines'][number]['action'], string> = {
    create: pc.green('+'),
    change: pc.yellow('~'),
    keep: pc.dim('='),
    remove: pc.red('-'),
    conflict: pc.red('✗'),
  };
  output.line(`${plan.model} ${plan.version} → ${plan.where}`);
  for (const { what, name, action, detail, sizeBytes } of plan.lines) {
    const size = sizeBytes === null || action === 'keep' ? '' : ` ${formatBytes(sizeBytes)}`;
    output.line(`${signs[action]} ${what.padEnd(10)} ${name} ${pc.dim(`${detail}${size}`)}`);
  }
  for (const warning of plan.warnings) output.line(`${pc.yellow('!')} ${warning}`);
  const toSend =
    plan.filesToSend === 0
      ? 'No files to send: what is marked would change there.'
      : `${plan.filesToSend} files, ${formatBytes(plan.bytesToSend)} to send`;
  const verdicts: Record<PushPlan['verdict'], string> = {
    new: toSend,
    update: toSend,
    same: 'Nothing to do: it is there as it is here.',
    conflict: 'It cannot be pushed: what is there stands in the way.',
  };
  output.line(verdicts[plan.verdict]);
}

function showPush(output: Output, { receipt, verification }: Push): void {
  if (receipt === null) return;
  output.line(`${pc.green('✓')} ${receipt.where}`);
  output.line(
    `  ${receipt.filesSent} of ${receipt.files.length} files sent, ${formatBytes(receipt.bytesSent)} in ${formatSeconds(receipt.seconds)}`,
  );
  for (const { name, ok, detail } of verification?.checks ?? []) {
    output.line(`${ok ? pc.green('✓') : pc.red('✗')} ${name}: ${detail}`);
  }
}

export function pullCommand(): Command {
  return new Command('pull')
    .description('register a version of another registry here, with its files and its run')
    .argument('<target>', 'name of the target')
    .argument('<model>', 'name, name@alias or name/1.0.0 there')
    .option('--as <name>', 'name here, when it is to be another')
    .action(async (target: string, model: string, options: { as?: string }, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const body = { model, ...(options.as === undefined ? {} : { as: options.as }) };
        const job = await client.targets.pull({ params: { target }, body });
        const ended = await finish(client, job, `Pull ${model} from ${target}`);
        const result = PullResult.safeParse(ended.result);
        if (!result.success)
          throw new CommandFailure('internal', 'The pull gave no result.', '', exitCodes.jobFailed);
        const { files, version } = result.data;
        const size = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        output.result(result.data, () =>
          output.line(
            `${pc.green('✓')} ${result.data.model} ${version}: ${files.length} files, ${formatBytes(size)}`,
          ),
        );
      });
    });
}
