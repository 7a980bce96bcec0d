import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { parse as parseYaml } from 'yaml';
import type { Client } from '../../client/index.ts';
import type { Column, Transform, TransformRun } from '../../contract/index.ts';
import { TransformDefinition } from '../../contract/index.ts';
import { type Context, contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatCount, formatTime, type Output } from '../output.ts';

type Written = { name: string; definition: unknown; description?: string; auto?: boolean };

export function transformCommand(): Command {
  return new Command('transform')
    .description('make datasets from datasets: by SQL or a list of steps, run again when the data change')
    .addCommand(runCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(previewCommand())
    .addCommand(deleteCommand());
}

function runCommand(): Command {
  return new Command('run')
    .description('run a transform over the newest data; a file is saved first')
    .argument('<transform>', 'its name, or a YAML or JSON file: {name, inputs, steps or sql, output}')
    .option('--auto', 'from now on run it by itself when an input gets a new version')
    .option('--force', 'compute it even if the same was computed before')
    .option('--version-number <n>', 'an older version of its definition')
    .action(
      async (
        transform: string,
        options: { auto?: boolean; force?: boolean; versionNumber?: string },
        command: Command,
      ) => {
        const context = contextOf(command);
        const { output, withClient } = context;
        const written = isFile(transform) ? await readWritten(transform) : null;
        await withClient(async (client) => {
          if (written !== null) await save(client, written, options.auto);
          else if (options.auto)
            await client.transforms.update({ params: { transform }, body: { auto: true } });
          const started = await client.transforms.run({
            params: { transform: written?.name ?? transform },
            body: {
              force: options.force ?? false,
              ...(options.versionNumber ? { version: Number(options.versionNumber) } : {}),
            },
          });
          const run = await ended(context, client, started);
          output.result(run, () => printOutputs(output, run));
        });
      },
    );
}

async function ended(context: Context, client: Client, run: TransformRun): Promise<TransformRun> {
  if (run.jobId === null || run.state !== 'running') return run;
  await context.finish(
    client,
    await client.jobs.get({ params: { jobId: run.jobId } }),
    `Transform ${run.transform}`,
  );
  return client.transforms.getRun({ params: { runId: run.id } });
}

function printOutputs(output: Output, run: TransformRun): void {
  for (const { dataset, version, rows } of run.outputs)
    output.line(
      `${pc.green('✓')} ${dataset} v${version}: ${formatCount(rows)} rows${run.cached ? pc.dim(' (computed before: cached)') : ''}`,
    );
}

function listCommand(): Command {
  return new Command('list')
    .description('transforms, and what is stale')
    .action(async (_: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const page = await client.transforms.list({ query: { limit: 1000 } });
        output.result(page, () =>
          output.table(
            page.items,
            [
              { title: 'transform', value: ({ name }) => name },
              { title: 'version', value: ({ version }) => String(version), align: 'right' },
              { title: 'inputs', value: ({ definition }) => inputsOf(definition) },
              { title: 'output', value: ({ definition }) => definition.output },
              { title: 'state', value: stateOf },
              { title: 'runs by itself', value: ({ auto }) => (auto ? 'yes' : '') },
              { title: 'last run', value: ({ lastRun }) => formatTime(lastRun?.createdAtMs) },
            ],
            'No transforms. `assay transform run FILE` saves and runs one.',
          ),
        );
      });
    });
}

const inputsOf = ({ inputs }: TransformDefinition): string =>
  Object.values(inputs)
    .map(({ dataset, version }) => (version === 'latest' ? dataset : `${dataset}@${version}`))
    .join(', ');

function stateOf({ state }: Transform): string {
  if (state === 'fresh') return pc.green('up to date');
  if (state === 'stale') return pc.yellow('stale');
  if (state === 'failed') return pc.red('failed');
  return state === 'running' ? pc.cyan('running') : pc.dim('never run');
}

function showCommand(): Command {
  return new Command('show')
    .description('the definition of a transform, its SQL and its last runs')
    .argument('<transform>')
    .action(async (name: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const transform = await client.transforms.get({ params: { transform: name } });
        const check = await client.transforms.check({ body: { definition: transform.definition } });
        const { items: runs } = await client.transforms.runs({
          params: { transform: name },
          query: { limit: 10 },
        });
        output.result({ ...transform, sql: check.sql, runs }, () => {
          output.line(`${pc.bold(transform.name)} v${transform.version}  ${stateOf(transform)}`);
          if (transform.description !== '') output.line(transform.description);
          for (const reason of transform.reasons) output.line(pc.yellow(`! ${reason}`));
          output.line();
          output.line(
            check.sql ?? check.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'),
          );
          output.line();
          output.table(
            runs,
            [
              { title: 'run', value: ({ createdAtMs }) => formatTime(createdAtMs) },
              { title: 'version', value: ({ version }) => String(version), align: 'right' },
              { title: 'state', value: ({ state, cached }) => (cached ? 'cached' : state) },
              { title: 'inputs', value: ({ inputs }) => inputs.map(endOf).join(', ') },
              { title: 'outputs', value: ({ outputs }) => outputs.map(endOf).join(', ') },
            ],
            'It was not run yet.',
          );
        });
      });
    });
}

const endOf = ({ dataset, version }: { dataset: string; version: number }): string => `${dataset}@${version}`;

function previewCommand(): Command {
  return new Command('preview')
    .description('the first rows of a transform, without saving or running it')
    .argument('<transform>', 'a file, or the name of a transform')
    .option('--step <n>', 'after this step: 1 is the first, 0 the input')
    .option('--part <name>', 'of a split')
    .option('--limit <n>', 'so many rows', '10')
    .action(
      async (given: string, options: { step?: string; part?: string; limit: string }, command: Command) => {
        const { output, withClient } = contextOf(command);
        const written = isFile(given) ? await readWritten(given) : null;
        await withClient(async (client) => {
          const sent =
            written?.definition ?? (await client.transforms.get({ params: { transform: given } })).definition;
          const { definition, check } = await checked(client, sent);
          const preview = await client.transforms.preview({
            body: {
              definition,
              limit: Number(options.limit),
              ...(options.step === undefined ? {} : { step: Number(options.step) - 1 }),
              ...(options.part === undefined ? {} : { part: options.part }),
            },
          });
          output.result(preview, () => {
            if (check.sql !== null) output.line(pc.dim(preview.sql));
            output.table(preview.rows, preview.columns.map(toColumn), 'no rows');
            if (preview.basis === 'first-rows')
              output.line(
                pc.yellow(`! of the first ${formatCount(preview.basisRows ?? 0)} rows of each input only`),
              );
          });
        });
      },
    );
}

const toColumn = ({ name, type }: Column, index: number) => ({
  title: `${name}:${type}`,
  value: (row: readonly unknown[]) => String(row[index] ?? pc.dim('–')),
  align: type === 'integer' || type === 'float' ? ('right' as const) : ('left' as const),
});

function deleteCommand(): Command {
  return new Command('delete')
    .description('delete a transform; the datasets that it made stay')
    .argument('<transform>')
    .action(async (transform: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        await client.transforms.delete({ params: { transform } });
        output.result({ deleted: transform }, () => output.line(`Deleted ${transform}.`));
      });
    });
}

const isFile = (text: string): boolean => /\.(ya?ml|json)$/i.test(text);

async function readWritten(path: string): Promise<Written> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandFailure(
      'usage',
      `The file ${path} cannot be read.`,
      'Check the path.',
      exitCodes.notFound,
    );
  });
  const value: unknown = parseYaml(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CommandFailure(
      'usage',
      `${path} holds no transform.`,
      'Write name, inputs, steps or sql, and output.',
      exitCodes.usage,
    );
  const { name, description, auto, ...definition } = value as Record<string, unknown>;
  return {
    name: typeof name === 'string' ? name : basename(path, extname(path)),
    definition,
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof auto === 'boolean' ? { auto } : {}),
  };
}

/** Fails with every fault of a definition. */
async function checked(client: Client, sent: unknown) {
  const check = await client.transforms.check({ body: { definition: sent } });
  if (check.problems.length > 0) {
    const count = check.problems.length;
    throw new CommandFailure(
      'transforms/bad-definition',
      `The transform has ${count === 1 ? 'a fault' : `${count} faults`}.`,
      'Correct what is listed.',
      exitCodes.usage,
      check.problems,
    );
  }
  return { definition: TransformDefinition.parse(sent), check };
}

async function save(
  client: Client,
  { name, definition, ...rest }: Written,
  auto: boolean | undefined,
): Promise<Transform> {
  const { definition: read } = await checked(client, definition);
  return client.transforms.create({ body: { name, definition: read, ...rest, ...(auto ? { auto } : {}) } });
}
