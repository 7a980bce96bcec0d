import { Command } from 'commander';
import pc from 'picocolors';
import { type DataValidation, DataValidationResult, type RuleResult } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { formatCount, formatSeconds, type Output } from '../output.ts';
import { readDocument } from '../read-document.ts';
import { resolveVersion } from '../version-ref.ts';

/** Exit code of `assay validate` when a rule of severity error is broken. */
const BROKEN = 1;

type Options = {
  schema?: string;
  schemaVersion?: number;
  environment: string;
  rows: number;
  all?: boolean;
};

/** `assay validate` checks a dataset version by its schema. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('check a dataset version by its schema')
    .argument('<dataset>', 'flights@4, or flights for the newest version')
    .option(
      '-s, --schema <file>',
      'a schema file (JSON or YAML, any known format) in the place of the active one',
    )
    .option('--schema-version <number>', 'a saved version of the schema', Number)
    .option('--environment <name>', 'whose rules: training, serving, or one of your own', 'training')
    .option('--rows <number>', 'failing rows to show of each rule', Number, 3)
    .option('--all', 'list the rules that are kept, too')
    .action(async (ref: string, options: Options, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const { id } = await resolveVersion(client, ref);
        const given =
          options.schema === undefined
            ? {}
            : {
                schema: (
                  await client.dataSchemas.import({ body: { document: readDocument(options.schema) } })
                ).schema,
              };
        const job = await client.dataValidations.create({
          body: {
            versionId: id,
            environment: options.environment,
            ...given,
            ...(options.schemaVersion === undefined ? {} : { schemaVersion: options.schemaVersion }),
          },
        });
        const ended = await finish(client, job, 'Check');
        const { validationId } = DataValidationResult.parse(ended.result);
        const validation = await client.dataValidations.get({ params: { validationId } });
        output.result(validation, () => print(validation, output, options));
        if (validation.verdict === 'failed') process.exitCode = BROKEN;
      });
    });
}

const marks: Record<RuleResult['status'], string> = {
  passed: pc.green('✓'),
  failed: pc.red('✗'),
  unknown: pc.yellow('?'),
  skipped: pc.dim('-'),
};

function print(validation: DataValidation, output: Output, options: Options): void {
  const { results, dataName, rows, seconds, schemaVersion, environment } = validation;
  const where = environment === 'training' ? '' : ` for ${environment}`;
  const by = `${schemaVersion === null ? 'the schema given' : `schema ${schemaVersion}`}${where}`;
  output.line(`${dataName} (${formatCount(rows)} rows) by ${by}, in ${formatSeconds(seconds)}`);
  const shown = results.filter(({ status }) => options.all || status === 'failed' || status === 'unknown');
  output.table(
    shown,
    [
      { title: '', value: markOf },
      { title: 'rule', value: (result) => result.ruleId },
      { title: 'expected', value: (result) => short(result.expected) },
      { title: 'found', value: (result) => result.found },
    ],
    'Every rule is kept.',
  );
  for (const result of shown) if (result.status === 'failed') printRows(result, output, options.rows);
  output.line();
  output.line(verdictLine(validation));
}

function markOf({ status, severity }: RuleResult): string {
  return status === 'failed' && severity === 'warn' ? pc.yellow('!') : marks[status];
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function printRows({ ruleId, rows, columns, broken }: RuleResult, output: Output, most: number): void {
  const first = rows.slice(0, most);
  if (first.length === 0) return;
  output.line(pc.dim(`${ruleId}: ${formatCount(broken)} rows, the first:`));
  for (const { row, values } of first) {
    const cells = columns.slice(0, 6).map((name, index) => `${name}=${JSON.stringify(values[index])}`);
    output.line(pc.dim(`  ${row === null ? '' : `row ${formatCount(row)}: `}${cells.join(' ')}`));
  }
}

function verdictLine({ verdict, rules, failed, warned, unknown }: DataValidation): string {
  const counts = `${rules} rules: ${failed} broken, ${warned} warnings, ${unknown} unknown`;
  if (verdict === 'failed') return `${pc.red('Failed.')} ${counts}`;
  return verdict === 'warned'
    ? `${pc.yellow('Passed with warnings.')} ${counts}`
    : `${pc.green('Passed.')} ${counts}`;
}
