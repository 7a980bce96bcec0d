import { extname } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { RunExportFormat } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes } from '../output.ts';
import { saveDownload } from '../save-download.ts';

type Options = { filter?: string; sort?: string; fields?: string };

/** `assay runs --export`: all matching runs as CSV, Parquet or an Excel workbook. The file is in place only when it is complete. */
export async function exportRuns(command: Command, file: string, options: Options): Promise<void> {
  const { output, withClient } = contextOf(command);
  const ending = extname(file).slice(1).toLowerCase();
  const format = RunExportFormat.options.find((one) => one === ending);
  if (format === undefined) {
    throw new CommandFailure(
      'usage',
      `${file} ends neither in .csv nor in .parquet or .xlsx.`,
      'The ending says which of them to write.',
      exitCodes.usage,
    );
  }
  await withClient(async (client) => {
    const { filter, sort, fields } = options;
    const response = await client.runExports.download({ query: { format, filter, sort, fields } });
    const { path, sizeBytes } = await saveDownload(response, file);
    output.result({ path, format, sizeBytes }, () =>
      output.line(`${pc.green('✓')} ${path}  ${pc.dim(formatBytes(sizeBytes))}`),
    );
  });
}
