import type { Command } from 'commander';
import pc from 'picocolors';
import { contextOf } from '../context.ts';
import { formatCount } from '../output.ts';
import { resolveVersion } from '../version-ref.ts';
import { placeOf } from './import.ts';

const PAGE = 1000;
const SHOWN = 50;

/** The rows that the import of a version set aside: the first for people, all of them with --json. */
export async function showBadRows(command: Command, name: string): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const { id: versionId } = await resolveVersion(client, name);
    const page = (offset: number) =>
      client.datasets.badRows({ params: { versionId }, query: { offset, limit: PAGE } });
    const first = await page(0);
    const rows = [...first.rows];
    while (output.json && rows.length < first.kept) rows.push(...(await page(rows.length)).rows);
    output.result({ ...first, rows }, () => {
      for (const { file, line, reason, text } of rows.slice(0, SHOWN)) {
        output.line(`${pc.yellow(placeOf(file, line) + reason)}`);
        output.line(pc.dim(`  ${text.slice(0, 120)}`));
      }
      if (first.total === 0) output.line('Every row could be read.');
      else if (first.total > SHOWN)
        output.line(pc.dim(`${formatCount(first.total)} in all; --json gives every one that was kept.`));
    });
  });
}
