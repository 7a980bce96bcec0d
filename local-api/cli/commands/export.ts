import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { parse } from 'yaml';
import type { Client } from '../../client/index.ts';
import { DeploymentDocument, DeploymentFormat, ExportResult, type Job } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes } from '../output.ts';

const modelFormats = ['folder', 'zip', 'bundle'] as const;
type ModelFormat = (typeof modelFormats)[number];
type ExportOptions = {
  format: ModelFormat | DeploymentFormat;
  overwrite?: boolean;
  withServer?: boolean;
  deployment?: string;
  env?: string;
};

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'write a model version as a folder or an archive that runs anywhere, or as files that deploy it',
    )
    .argument('<model>', 'name@alias or name/1.0.0')
    .argument('[target]', 'folder or file to write (default: in exports/ of the workspace)')
    .addOption(
      new Option(
        '--format <format>',
        'zip: the folder as one file; bundle: signed, with provenance and golden rows; k8s, kustomize, helm: what runs it on a cluster; docker: a build context; compose: that with Prometheus and Grafana',
      )
        .choices([...modelFormats, ...DeploymentFormat.options])
        .default('folder' as const),
    )
    .option('--overwrite', 'replace what an earlier export wrote there')
    .option('--with-server', 'also write a server into the folder: one file, package.json and Dockerfile')
    .option('--deployment <file>', 'how it runs: a deployment document, YAML or JSON (default: the defaults)')
    .option('--env <name>', 'an environment of that document')
    .action(async (ref: string, target: string | undefined, options: ExportOptions, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      const named = splitRef(ref);
      await withClient(async (client) => {
        const job = await start(client, named, target, options);
        const ended = await finish(client, job, `Export ${ref}`);
        const result = ExportResult.parse(ended.result);
        output.result(result, () => {
          output.line(`${pc.green('✓')} ${result.path}`);
          if (result.bundleDigest) output.line(pc.dim(`bundle ${result.bundleDigest}`));
          output.table(
            result.files,
            [
              { title: 'file', value: (f) => f.path },
              { title: 'size', value: (f) => formatBytes(f.sizeBytes), align: 'right' },
            ],
            'no files',
          );
        });
      });
    });
}

/** A deployment is another job than a model: it has a document and environments. */
async function start(
  client: Client,
  params: { model: string; version: string },
  target: string | undefined,
  options: ExportOptions,
): Promise<Job> {
  const place = { overwrite: options.overwrite === true, ...(target ? { path: resolve(target) } : {}) };
  const deployment = DeploymentFormat.safeParse(options.format);
  const isModel = !deployment.success;
  if (isModel && (options.deployment !== undefined || options.env !== undefined))
    throw new CommandFailure(
      'usage',
      '--deployment and --env say how a version runs; this format only writes it.',
      `Add --format ${DeploymentFormat.options.join(', ')}.`,
      exitCodes.usage,
    );
  if (isModel) {
    const format = modelFormats.find((known) => known === options.format) ?? 'folder';
    return client.models.export({
      params,
      body: { format, withServer: options.withServer === true, ...place },
    });
  }
  return client.deployments.export({
    params,
    body: {
      format: deployment.data,
      environment: options.env ?? null,
      document: options.deployment === undefined ? {} : await readDeployment(options.deployment),
      ...place,
    },
  });
}

async function readDeployment(file: string): Promise<DeploymentDocument> {
  try {
    return DeploymentDocument.parse(parse(await readFile(file, 'utf8')) ?? {});
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new CommandFailure(
      'usage',
      `The deployment document "${file}" cannot be read: ${reason.split('\n')[0]}`,
      'GET /api/v1/models/{model}/versions/{version}/deployment gives one to begin with.',
      exitCodes.usage,
    );
  }
}

function splitRef(ref: string): { model: string; version: string } {
  const at = ref.lastIndexOf('@');
  if (at > 0) return { model: ref.slice(0, at), version: ref.slice(at) };
  const slash = ref.lastIndexOf('/');
  if (slash > 0) return { model: ref.slice(0, slash), version: ref.slice(slash + 1) };
  throw new CommandFailure(
    'usage',
    `"${ref}" names no version.`,
    `Write ${ref}@champion or ${ref}/1.0.0.`,
    exitCodes.usage,
  );
}
