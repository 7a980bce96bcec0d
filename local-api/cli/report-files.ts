import type { Command } from 'commander';
import pc from 'picocolors';
import type { Client } from '../client/index.ts';
import { ReportFormat } from '../contract/index.ts';
import { formatBytes, type Output } from './output.ts';
import { saveDownload } from './save-download.ts';

/** Files that a drift report is written to besides. */
export type ReportFiles = { html?: string; pdf?: string };

export function withReportFiles(command: Command): Command {
  return command
    .option('--html <file>', 'also write the report as one HTML file that needs nothing else')
    .option('--pdf <file>', 'also write the report as PDF');
}

/** Writes a drift report to the files that were asked for. */
export async function saveReportFiles(
  client: Client,
  output: Output,
  reportId: string,
  files: ReportFiles,
): Promise<void> {
  for (const format of ReportFormat.options) {
    const file = format === 'json' ? undefined : files[format];
    if (file === undefined) continue;
    const answer = await client.reportExports.drift({ params: { reportId }, query: { format } });
    const { path, sizeBytes } = await saveDownload(answer, file);
    output.note(`${pc.green('✓')} ${path}, ${formatBytes(sizeBytes)}`);
  }
}
