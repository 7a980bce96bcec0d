import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import type { TrustedKeys } from '../../../engine/bundles/index.ts';
import type { BundleReport } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';

/** Works on files alone: no engine is started and no workspace is needed. */
export function verifyCommand(): Command {
  const command = new Command('verify').description('check what came from elsewhere');
  command
    .command('bundle')
    .description('check the files, signature, provenance and golden rows of a bundle; needs no workspace')
    .argument('<path>', 'the archive, or the folder unpacked from it')
    .option(
      '--key <file>',
      'the public key (PEM) that must have signed it, instead of those the workspace trusts',
    )
    .action(async (path: string, options: { key?: string }, own: Command) => {
      const { dir, output } = contextOf(own);
      const keys = await keysFor(dir, options.key);
      const progress = output.progress('Verify');
      const { verifyBundle } = await import('../../../engine/bundles/index.ts');
      const { report } = await verifyBundle(resolve(path), keys, (title, done, of) =>
        progress.update(done / of, title),
      );
      progress.done();
      output.result(report, () => printReport(report, output));
      if (!report.ok) process.exitCode = exitCodes.differs;
    });
  return command;
}

async function keysFor(workspace: string, file: string | undefined): Promise<TrustedKeys> {
  const { readPublicKey, trustedKeys } = await import('../../../engine/bundles/index.ts');
  if (file === undefined) return trustedKeys(workspace);
  return [{ ...readPublicKey(await readFile(file, 'utf8')), name: file }];
}

const marks = {
  passed: pc.green('✓'),
  warning: pc.yellow('!'),
  failed: pc.red('✗'),
  skipped: pc.dim('–'),
};

/** The most problems that are printed of one check. */
const shown = 10;

export function printReport(report: BundleReport, output: Output): void {
  for (const { verdict, title, detail, problems } of report.checks) {
    output.line(`${marks[verdict]} ${title}  ${pc.dim(detail)}`);
    for (const problem of problems.slice(0, shown)) output.line(`    ${problem.path} ${problem.message}`);
    if (problems.length > shown) output.line(pc.dim(`    and ${problems.length - shown} more`));
  }
  output.line();
  const name = report.model === null ? report.path : `${report.model} ${report.version ?? ''}`;
  output.line(
    report.ok
      ? `${pc.green('✓')} ${name} is whole${report.signer === null ? '; who signed it is not known here' : `, signed by ${report.signer}`}.`
      : `${pc.red('✗')} ${name} does not pass.`,
  );
}
