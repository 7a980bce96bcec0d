import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import pc from 'picocolors';
import { messageOf } from '../../../engine/errors.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes } from '../output.ts';

type Options = { filter?: string; sort?: string; fields?: string };

/** `assay runs --export`: all matching runs as CSV or Parquet. The file is in place only when it is complete. */
export async function exportRuns(command: Command, file: string, options: Options): Promise<void> {
  const { output, withClient } = contextOf(command);
  const format = extname(file).slice(1).toLowerCase();
  if (format !== 'csv' && format !== 'parquet') {
    throw new CommandFailure(
      'usage',
      `${file} ends neither in .csv nor in .parquet.`,
      'The ending says which of the two to write.',
      exitCodes.usage,
    );
  }
  const path = resolve(file);
  const partial = `${path}.part`;
  await withClient(async (client) => {
    const { filter, sort, fields } = options;
    const response = await client.runExports.download({ query: { format, filter, sort, fields } });
    if (response.body === null) throw new Error('the answer has no body');
    try {
      await pipeline(Readable.fromWeb(response.body), createWriteStream(partial));
      await rename(partial, path);
    } catch (thrown) {
      await rm(partial, { force: true });
      throw new CommandFailure(
        'export/not-writable',
        `${path} could not be written: ${messageOf(thrown)}.`,
        'Choose another place.',
        exitCodes.unexpected,
      );
    }
    const { size: sizeBytes } = await stat(path);
    output.result({ path, format, sizeBytes }, () =>
      output.line(`${pc.green('✓')} ${path}  ${pc.dim(formatBytes(sizeBytes))}`),
    );
  });
}
