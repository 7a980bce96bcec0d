import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { stringify } from 'yaml';
import type { Client } from '../../client/index.ts';
import {
  type CroissantAbout,
  type DataSchema,
  InferredSchema,
  type NotCarried,
  SchemaFormat,
  type SchemaOrigin,
} from '../../contract/index.ts';
import { type Context, contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { exportTable } from '../export-table.ts';
import { formatTime, type Output } from '../output.ts';
import { readDocument } from '../read-document.ts';
import { resolveVersion } from '../version-ref.ts';

/** `assay schema` infers, shows, saves and exports what the rows of a dataset must be like. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('what the rows of a dataset must be like: infer, show, set, export')
    .addCommand(inferCommand())
    .addCommand(showCommand())
    .addCommand(setCommand())
    .addCommand(exportCommand())
    .addCommand(listCommand());
}

function inferCommand(): Command {
  return new Command('infer')
    .description('propose a schema from the rows of a version; printed, or saved with --save')
    .argument('<dataset>', 'flights@4, or flights for the newest version')
    .option('--save', 'save it as the active schema')
    .option('--note <text>', 'a note to save with it', '')
    .action(async (ref: string, options: { save?: boolean; note: string }, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const version = await resolveVersion(client, ref);
        const job = await client.dataSchemas.infer({
          body: { versionId: version.id },
        });
        const { schema } = InferredSchema.parse((await finish(client, job, 'Schema')).result);
        if (!options.save) return output.result(schema, () => output.line(toText(schema)));
        const saved = await client.dataSchemas.save({
          params: { dataset: version.dataset },
          body: { schema, note: options.note, origin: 'inferred' },
        });
        output.result(saved, () => output.line(savedLine(saved)));
      });
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('print a schema')
    .argument('<dataset>', 'a dataset')
    .option('--version <number>', 'a version of the schema; the active one when left out')
    .action(async (dataset: string, options: { version?: string }, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const found =
          options.version === undefined
            ? await client.dataSchemas.active({ params: { dataset } })
            : await client.dataSchemas.get({ params: { dataset, version: options.version } });
        output.result(found, () => output.line(toText(found.schema)));
      });
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('list the versions of a schema')
    .argument('<dataset>', 'a dataset')
    .action(async (dataset: string, _options: object, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const list = await client.dataSchemas.list({ params: { dataset } });
        output.result(list, () =>
          output.table(
            list.items,
            [
              {
                title: 'version',
                value: (one) => `${one.version}${one.isActive ? pc.green(' active') : ''}`,
              },
              { title: 'columns', value: (one) => String(one.columns), align: 'right' },
              { title: 'rules', value: (one) => String(one.rules), align: 'right' },
              { title: 'made', value: (one) => formatTime(one.createdAtMs) },
              { title: 'by', value: (one) => `${one.author}, ${one.origin}` },
              { title: 'note', value: (one) => one.note },
            ],
            `No schema yet. Propose one: assay schema infer ${dataset} --save`,
          ),
        );
      });
    });
}

function setCommand(): Command {
  return new Command('set')
    .description('save a file as the active schema: of Assay, JSON Schema, Frictionless or Croissant')
    .argument('<dataset>', 'a dataset')
    .argument('<file>', 'JSON or YAML; - for standard input')
    .option('--note <text>', 'a note to save with it', '')
    .option('--check', 'only say what would be saved and what is wrong with it')
    .action(
      async (dataset: string, file: string, options: { note: string; check?: boolean }, command: Command) => {
        const { output, withClient } = contextOf(command);
        await withClient(async (client) => {
          const read = await client.dataSchemas.import({ body: { document: readDocument(file) } });
          tellLost(read.notCarried, output);
          if (options.check) {
            const { problems } = await client.dataSchemas.check({ body: { schema: read.schema } });
            output.result({ ...read, problems }, () => {
              for (const { path, message } of problems) output.line(`${pc.red('✗')} ${path}: ${message}`);
              if (problems.length === 0) output.line(`${pc.green('✓')} ${file} can be saved`);
            });
            if (problems.length > 0) process.exitCode = exitCodes.usage;
            return;
          }
          const origin: SchemaOrigin = read.format === 'assay' ? 'edited' : 'imported';
          const saved = await client.dataSchemas.save({
            params: { dataset },
            body: { schema: read.schema, note: options.note, origin },
          });
          output.result(saved, () => output.line(savedLine(saved)));
        });
      },
    );
}

type ExportOptions = {
  format: SchemaFormat;
  version?: number;
  out?: string;
  data: 'parquet' | 'csv';
  license?: string;
  url?: string;
  creator?: string;
};

function exportCommand(): Command {
  return new Command('export')
    .description('write the schema in another format; as Croissant a version with its rows and their digest')
    .argument('<dataset>', 'a dataset; for croissant also a version of it: flights@4')
    .addOption(
      new Option('-f, --format <format>', 'format').choices(SchemaFormat.options).default('json-schema'),
    )
    .option('--version <number>', 'a version of the schema; the active one when left out', Number)
    .option('-o, --out <file>', 'write to a file; for croissant a folder, which gets the rows as well')
    .addOption(
      new Option('--data <format>', 'croissant: how the rows are written')
        .choices(['parquet', 'csv'])
        .default('parquet'),
    )
    .option('--license <text>', 'croissant: an address, or an identifier of SPDX')
    .option('--url <address>', 'croissant: where the dataset is described')
    .option('--creator <name>', 'croissant: who made it')
    .action(async (dataset: string, options: ExportOptions, command: Command) => {
      const context = contextOf(command);
      const { output, withClient } = context;
      const { format, version, out } = options;
      await withClient(async (client) => {
        const schemaVersion = version === undefined ? {} : { version };
        const written =
          format === 'croissant'
            ? await exportCroissant(client, context, dataset, { ...options, schemaVersion })
            : await client.dataSchemas.export({ body: { format, dataset, ...schemaVersion } });
        tellLost(written.notCarried, output);
        const text = JSON.stringify(written.document, null, 2);
        const file = out !== undefined && format === 'croissant' ? join(out, written.fileName) : out;
        if (file !== undefined) writeFileSync(file, `${text}\n`);
        output.result(written, () => output.line(file === undefined ? text : `${pc.green('✓')} ${file}`));
      });
    });
}

/** With a folder to write to: the rows lie there first, for the description has their digest. */
async function exportCroissant(
  client: Client,
  { finish }: Context,
  ref: string,
  options: Omit<ExportOptions, 'version'> & { schemaVersion: { version?: number } },
) {
  const { id, dataset, version } = await resolveVersion(client, ref);
  const { out, data: format, license, url, creator, schemaVersion } = options;
  const files: CroissantAbout['files'] = [];
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    const name = `${dataset}-v${version}.${format}`;
    const { digest, sizeBytes } = await exportTable(
      client,
      finish,
      { kind: 'version', versionId: id },
      { file: join(out, name), title: `Export ${dataset} v${version}`, format, compress: 'none' },
    );
    files.push({ name, digest, sizeBytes });
  }
  const croissant = {
    ...{ dataVersion: version, files },
    ...(license === undefined ? {} : { license }),
    ...(url === undefined ? {} : { url }),
    ...(creator === undefined ? {} : { creator }),
  };
  return client.dataSchemas.export({ body: { format: 'croissant', dataset, croissant, ...schemaVersion } });
}

function tellLost(lost: readonly NotCarried[], output: Output): void {
  for (const { path, message } of lost) output.note(pc.yellow(`not carried over: ${path}: ${message}`));
}

function savedLine({ dataset, version }: { dataset: string; version: number }): string {
  return `${pc.green('✓')} schema ${version} of ${dataset} is the active one. Check the data: assay validate ${dataset}`;
}

/** Without what is as it is by default, to be read and edited. */
function toText(schema: DataSchema): string {
  return stringify(JSON.parse(JSON.stringify(schema, withoutDefaults)), { lineWidth: 120 }).trimEnd();
}

const defaults: Readonly<Record<string, unknown>> = {
  required: true,
  severity: 'error',
  description: '',
  mostly: 1,
  columnOrder: 'allow',
};

function withoutDefaults(key: string, value: unknown): unknown {
  if (key in defaults && defaults[key] === value) return undefined;
  return key === 'rules' && Array.isArray(value) && value.length === 0 ? undefined : value;
}
