import type { Client } from '../client/index.ts';
import {
  type DataExportFormat,
  type DataExportRequest,
  DataExportResult,
  type DataExportSource,
  exportEndings,
  exportFormatOf,
  type Job,
} from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { saveDownload } from './save-download.ts';

type FileFormat = { format: DataExportFormat; compress: DataExportRequest['compress'] };

/** What the ending of a file asks for: `.csv.gz`, `.xlsx`, `.feather`. A format that is given wins. Errors: usage. */
export function fileFormat(path: string, format?: DataExportFormat): FileFormat {
  const found = exportFormatOf(path, format);
  if (found !== null) return found;
  throw new CommandFailure(
    'usage',
    `The ending of ${path} names no format.`,
    `End it with ${exportEndings.map((name) => `.${name}`).join(', ')}, or give --format.`,
    exitCodes.usage,
  );
}

/** Writes a table to a file here, by a job of the engine. */
export async function exportTable(
  client: Client,
  finish: (client: Client, job: Job, title: string) => Promise<Job>,
  source: DataExportSource,
  to: { file: string; title: string } & FileFormat & { columns?: string[]; where?: string },
): Promise<DataExportResult & { path: string }> {
  const { file, title, ...request } = to;
  const job = await client.dataExports.createOf({ body: { source, ...request } });
  const made = DataExportResult.parse((await finish(client, job, title)).result);
  const download = await client.dataExports.download({ params: { exportId: made.exportId } });
  return { ...made, ...(await saveDownload(download, file)) };
}
