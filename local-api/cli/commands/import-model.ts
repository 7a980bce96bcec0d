import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import {
  AliasName,
  ImportModelRequest,
  type ImportModelRequestInput,
  ModelImportReport,
  ModelImportResult,
} from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { numberOption } from '../number-option.ts';
import { formatBytes, formatNumber, type Output } from '../output.ts';

type Options = {
  name?: string;
  version?: string;
  alias?: string[];
  description?: string;
  features?: string;
  classes?: string;
  positive?: string;
  target?: string;
  task?: 'classification' | 'regression';
  answer?: string;
  logits?: boolean;
  seconds: number;
  check?: boolean;
};

/** `assay models import <file>` */
export function importModelCommand(): Command {
  return new Command('import')
    .description('register a model that was made elsewhere: an ONNX file, or a TensorFlow.js model')
    .argument('<file>', 'an .onnx file, or the folder, ZIP archive or model.json of a TensorFlow.js model')
    .option('-n, --name <model>', 'the model that it becomes a version of; made when new')
    .option('--version <version>', 'semantic version (default: the next one)')
    .option('-a, --alias <alias...>', 'aliases to point at it, e.g. champion')
    .option('--description <text>', 'what is special about this version')
    .option('--features <names>', 'names of the columns in the order of the inputs: a,b,c')
    .option('--classes <names>', 'names of the classes in the order of the probabilities: x,y')
    .option('--positive <class>', 'of two classes, the one that is looked for (default: the second)')
    .option('--target <column>', 'what it answers: the column of the truth in data it is measured on')
    .addOption(
      new Option('--task <task>', 'what it is for (default: found out)').choices([
        'classification',
        'regression',
      ]),
    )
    .option('--answer <output>', 'the output that holds values or probabilities, where there are several')
    .option('--logits', 'the scores are no probabilities yet: add softmax, or sigmoid for a single column')
    .option('--seconds <n>', 'time that opening and trying it may take', numberOption, 120)
    .option('--check', 'show how it would be read and import nothing')
    .action(async (file: string, options: Options, own: Command) => {
      const { output, withClient, finish } = contextOf(own);
      const request = requestOf(file, options);
      await withClient(async (client) => {
        if (options.check) {
          const { name: _, version: __, aliases: ___, description: ____, ...body } = request;
          const job = await client.modelImports.check({ body });
          const report = ModelImportReport.parse((await finish(client, job, 'Check')).result);
          output.result(report, () => showReport(report, output));
          if (report.problems.length > 0) process.exitCode = exitCodes.jobFailed;
          return;
        }
        const job = await client.modelImports.create({ body: ImportModelRequest.parse(request) });
        const result = ModelImportResult.parse((await finish(client, job, 'Import')).result);
        output.result(result, () => {
          showReport(result.report, output);
          const what = `${pc.bold(result.model)} ${result.version}`;
          output.line(
            result.change === 'added'
              ? `${pc.green('✓')} Registered ${what}. Try it: assay predict ${result.model} --row …`
              : `${what} is this very model already.`,
          );
        });
      });
    });
}

function requestOf(file: string, options: Options): ImportModelRequestInput {
  const path = resolve(file);
  if (!existsSync(path))
    throw new CommandFailure(
      'models/not-importable',
      `There is no file ${path}.`,
      'Check the path.',
      exitCodes.notFound,
    );
  const { name = options.check ? 'unnamed' : undefined, version, description, positive, target } = options;
  if (name === undefined)
    throw new CommandFailure(
      'usage',
      'A model needs a name.',
      'Add --name MODEL, or --check to see what is in the file first.',
      exitCodes.usage,
    );
  const aliases = options.alias ?? [];
  for (const alias of aliases)
    if (!AliasName.safeParse(alias).success)
      throw new CommandFailure('usage', `"${alias}" is no alias.`, 'Example: champion.', exitCodes.usage);
  return {
    path,
    name,
    aliases,
    seconds: options.seconds,
    scores: options.logits ? 'logits' : 'probabilities',
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(options.features === undefined ? {} : { features: namesOf(options.features) }),
    ...(options.classes === undefined ? {} : { classes: namesOf(options.classes) }),
    ...(positive === undefined ? {} : { positive }),
    ...(target === undefined ? {} : { target }),
    ...(options.task === undefined ? {} : { task: options.task }),
    ...(options.answer === undefined ? {} : { answer: options.answer }),
  };
}

const namesOf = (text: string): string[] => text.split(',').map((name) => name.trim());

const shape = (sizes: (number | string)[] | null): string => (sizes === null ? '?' : `[${sizes.join(', ')}]`);

function showReport(report: ModelImportReport, output: Output): void {
  const { inputs, outputs, signature, operators } = report;
  const made = report.producer === '' ? '' : `, made by ${report.producer}`;
  output.line(`${pc.bold(report.file)}  ${report.format}, ${formatBytes(report.sizeBytes)}${made}`);
  output.line(
    pc.dim(
      `  ${operators
        .slice(0, 8)
        .map(({ name, count }) => `${name.replace(/^ai\.onnx\.ml\./, '')}${count === 1 ? '' : ` × ${count}`}`)
        .join(', ')}${operators.length > 8 ? ` and ${operators.length - 8} more` : ''}`,
    ),
  );
  output.table(
    [
      ...inputs.map((value) => ({ ...value, what: 'takes' })),
      ...outputs.map((value) => ({ ...value, what: 'gives' })),
    ],
    [
      { title: '', value: ({ what }) => what },
      { title: 'tensor', value: ({ name }) => name },
      { title: 'type', value: ({ type }) => type },
      { title: 'shape', value: (value) => shape(value.shape) },
    ],
    'It takes nothing and gives nothing.',
  );
  if (signature !== null) {
    const columns = signature.inputs.map(
      ({ name, type, nullable }) => `${name}:${type}${nullable ? '?' : ''}`,
    );
    const more = columns.length > 12 ? ` … ${columns.length} in all` : '';
    output.line(`columns  ${columns.slice(0, 12).join(', ')}${more}`);
    const { classes } = signature;
    output.line(
      `answers  ${signature.target}: ${classes === null ? 'a number' : `${classes.slice(0, 12).join(', ')}${classes.length > 12 ? ` … ${classes.length} in all` : ''}`}`,
    );
    if (report.millisecondsPerRow !== null)
      output.line(pc.dim(`         ${formatNumber(report.millisecondsPerRow)} ms a row`));
  }
  for (const warning of report.warnings) output.line(pc.yellow(`! ${warning}`));
  for (const { path, message, expected } of report.problems)
    output.line(pc.red(`✗ ${path}: ${message}${expected === undefined ? '' : `; expected: ${expected}`}`));
}
