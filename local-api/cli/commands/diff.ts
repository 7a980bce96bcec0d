import { Command } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import type { Client } from '../../client/index.ts';
import { type Cell, type DatasetDiff, type DiffRowKind, driftLevelOf } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exportTable, fileFormat } from '../export-table.ts';
import { numberOption } from '../number-option.ts';
import { formatBytes, formatCount, type Output } from '../output.ts';

const DiffResult = z.object({ diffId: z.string() });

/** Exit code of `assay diff --fail-on-change` when the versions differ, apart from those of failures. */
const CHANGED = 10;

export function diffCommand(): Command {
  return new Command('diff')
    .description('what changed between two versions of a dataset: columns, rows, cells, distributions')
    .argument('<older>', 'flights@1, or any other reference to a version')
    .argument('<newer>', 'flights@2')
    .option('-k, --key <column...>', 'columns that name a row; guessed when left out')
    .option('--rows <count>', 'show so many rows of each kind', numberOption, 5)
    .option('--to <file>', 'write all rows that differ to a file: changes.csv, changes.xlsx, changes.parquet')
    .option('--fail-on-change', `end with exit code ${CHANGED} when they differ`)
    .action(
      async (
        older: string,
        newer: string,
        options: { key?: string[]; rows: number; to?: string; failOnChange?: boolean },
        command: Command,
      ) => {
        const { output, withClient, finish } = contextOf(command);
        const { to } = options;
        const format =
          to === undefined ? undefined : { file: to, title: 'Write the rows', ...fileFormat(to) };
        await withClient(async (client) => {
          const job = await client.datasetDiffs.create({
            params: { versionId: older },
            body: { with: newer, ...(options.key ? { key: options.key } : {}) },
          });
          const ended = await finish(client, job, 'Diff');
          const { diffId } = DiffResult.parse(ended.result);
          const diff = await client.datasetDiffs.get({ params: { diffId } });
          const rows = await firstRows(client, diff, options.rows);
          const file =
            format === undefined
              ? null
              : await exportTable(client, finish, { kind: 'diff', diffId, rows: 'all' }, format);
          output.result({ ...diff, firstRows: rows, file }, () => {
            show(output, diff, rows);
            if (file !== null)
              output.line(`${pc.green('✓')} ${formatCount(file.rows)} rows that differ: ${file.path}`);
          });
          if (options.failOnChange && isChanged(diff)) process.exitCode = CHANGED;
        });
      },
    );
}

type Rows = Awaited<ReturnType<typeof firstRows>>;

async function firstRows(client: Client, { id, kept }: DatasetDiff, count: number) {
  const read = (kind: DiffRowKind) =>
    kept[kind] === 0 || count === 0
      ? null
      : client.datasetDiffs.rows({ params: { diffId: id }, query: { kind, limit: count } });
  return { changed: await read('changed'), added: await read('added'), removed: await read('removed') };
}

function isChanged({ rows, columns, columnsMoved }: DatasetDiff): boolean {
  const { added, removed, changed } = rows;
  const schema = columns.some((column) => column.before !== column.after || column.renamedFrom !== null);
  return added + removed + (changed ?? 0) > 0 || schema || columnsMoved;
}

function show(output: Output, diff: DatasetDiff, rows: Rows): void {
  const { key, files } = diff;
  output.line(
    `${diff.baseName} (${formatCount(diff.rows.base)} rows) → ${diff.otherName} (${formatCount(diff.rows.other)} rows)`,
  );
  const by =
    key.columns.length === 0
      ? 'whole rows'
      : `${key.columns.join(', ')}${key.how === 'guessed' ? ' (guessed)' : ''}`;
  output.line(
    pc.dim(`compared by ${by}; ${formatBytes(files.sharedBytes)} of ${formatBytes(files.otherBytes)} shared`),
  );
  if (key.repeats > 0)
    output.line(pc.yellow(`${formatCount(key.repeats)} rows have a key that is not theirs alone`));
  output.line();
  const { added, removed, changed, same } = diff.rows;
  output.line(
    [
      pc.green(`+${formatCount(added)} added`),
      pc.red(`-${formatCount(removed)} removed`),
      ...(changed === null ? [] : [pc.yellow(`~${formatCount(changed)} changed`)]),
      `${formatCount(same)} the same`,
    ].join('  '),
  );
  const shown = diff.columns.filter(({ isSame }) => !isSame);
  if (shown.length > 0) {
    output.line();
    output.table(
      shown,
      [
        { title: 'column', value: (c) => c.name },
        { title: 'type', value: (c) => schemaChange(c) },
        {
          title: 'changed cells',
          value: (c) => (c.changedCells === null ? '' : formatCount(c.changedCells)),
          align: 'right',
        },
        {
          title: 'distribution',
          value: (c) => (c.drift === null ? pc.dim(c.note) : levels[driftLevelOf(c.drift)]),
        },
      ],
      '',
    );
  }
  showRows(output, rows);
}

const levels = {
  drifted: pc.yellow('drifted'),
  minor: 'changed a little',
  none: pc.dim('no drift'),
  'too-few': pc.dim('too few rows'),
} as const;

function schemaChange({ before, after, renamedFrom }: DatasetDiff['columns'][number]): string {
  if (before === null) return pc.green(`${after}, new`);
  if (after === null) return pc.red(`${before}, gone`);
  const type = before === after ? after : pc.yellow(`${before} → ${after}`);
  return renamedFrom === null ? type : `${type}, was ${renamedFrom}`;
}

function showRows(output: Output, { changed, added, removed }: Rows): void {
  const text = (value: Cell | undefined) => (value === null || value === undefined ? '∅' : String(value));
  for (const row of changed?.rows ?? []) {
    const cells = row.before.map(
      ({ column, value }) =>
        `${changed?.columns[column]?.name}: ${pc.red(text(value))} → ${pc.green(text(row.cells[column]))}`,
    );
    output.line(`${pc.yellow('~')} row ${formatCount((row.otherRow ?? 0) + 1)}  ${cells.join('  ')}`);
  }
  for (const row of added?.rows ?? [])
    output.line(pc.green(`+ row ${formatCount((row.otherRow ?? 0) + 1)}  ${row.cells.map(text).join(', ')}`));
  for (const row of removed?.rows ?? [])
    output.line(pc.red(`- row ${formatCount((row.baseRow ?? 0) + 1)}  ${row.cells.map(text).join(', ')}`));
}
