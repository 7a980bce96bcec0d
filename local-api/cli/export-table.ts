import type { Client } from '../client/index.ts';
import {
  type DataExportFormat,
  type DataExportRequest,
  DataExportResult,
  type DataExportSource,
  type Job,
} from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { saveDownload } from './save-download.ts';

const endings: Record<string, DataExportFormat> = {
  csv: 'csv',
  tsv: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  parquet: 'parquet',
  xlsx: 'xlsx',
  arrow: 'arrow',
  feather: 'arrow',
  ipc: 'arrow',
};

type FileFormat = { format: DataExportFormat; compress: DataExportRequest['compress'] };

/** What the ending of a file asks for: `.csv.gz`, `.xlsx`, `.feather`. A format that is given wins. Errors: usage. */
export function fileFormat(path: string, format?: DataExportFormat): FileFormat {
  const [, ending = '', packed = ''] = /\.([a-z]+)(\.gz|\.zst)?$/i.exec(path) ?? [];
  const found = format ?? endings[ending.toLowerCase()];
  if (found === undefined)
    throw new CommandFailure(
      'usage',
      `The ending of ${path} names no format.`,
      `End it with ${Object.keys(endings)
        .map((name) => `.${name}`)
        .join(', ')}, or give --format.`,
      exitCodes.usage,
    );
  const compress = { '.gz': 'gzip', '.zst': 'zstd' }[packed.toLowerCase()] ?? 'none';
  return { format: found, compress: compress as FileFormat['compress'] };
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
