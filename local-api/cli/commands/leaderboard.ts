import { Command } from 'commander';
import pc from 'picocolors';
import type { LeaderboardEntry } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { type Column, formatBytes, formatNumber, formatSeconds } from '../output.ts';
import { findRun } from '../run-ref.ts';

const mostMetrics = 3;
const mostSettings = 6;

/** `assay leaderboard RUN`: the trials of a search, or the folds of a cross-validated run, the best first. */
export function leaderboardCommand(): Command {
  return new Command('leaderboard')
    .description('list the trials or folds of a run, the best first')
    .argument('<run>', 'a run id, or its first digits')
    .option('-n, --limit <n>', 'at most this many', Number, 50)
    .action(async (reference: string, options: { limit: number }, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const runId = await findRun(client, reference);
        const board = await client.studies.leaderboard({ params: { runId } });
        output.result(board, () => {
          const shown = board.entries.slice(0, options.limit);
          const objectives = board.objectives.map(({ metric }) => metric);
          const others = Object.keys(shown[0]?.metrics ?? {}).filter((key) => !objectives.includes(key));
          const metrics = [
            ...objectives.filter((key) => shown.some((entry) => entry.metrics[key] !== undefined)),
            ...others,
          ].slice(0, Math.max(mostMetrics, objectives.length));
          const settings = [...new Set(shown.flatMap(({ values }) => Object.keys(values)))].slice(
            0,
            mostSettings,
          );
          const columns: Column<LeaderboardEntry>[] = [
            { title: board.kind === 'folds' ? 'fold' : 'trial', value: nameOf },
            { title: 'run', value: (entry) => entry.runId.slice(0, 8) },
            ...metrics.map((key) => ({
              title: key,
              value: (entry: LeaderboardEntry) => qualityOf(entry, key),
              align: 'right' as const,
            })),
            {
              title: 'fit',
              value: ({ fitSeconds }) => (fitSeconds === null ? '' : formatSeconds(fitSeconds)),
              align: 'right',
            },
            {
              title: 'answers in',
              value: ({ latencyMs }) => (latencyMs === null ? '' : `${formatNumber(latencyMs)} ms`),
              align: 'right',
            },
            {
              title: 'size',
              value: ({ modelBytes }) => (modelBytes === null ? '' : formatBytes(modelBytes)),
              align: 'right',
            },
            ...settings.map((path) => ({
              title: path.replace(/^trainer\./, ''),
              value: ({ values }: LeaderboardEntry) => settingOf(values[path]),
            })),
          ];
          output.table(shown, columns, 'The run has no trials and no folds.');
          if (board.entries.length > shown.length) {
            output.note(pc.dim(`${board.entries.length} in all; --limit shows more than ${options.limit}.`));
          }
          const [most] = board.importance?.params ?? [];
          if (board.importance?.trustworthy && most) {
            output.note(pc.dim(`What matters most: ${most.param} (${Math.round(100 * most.importance)} %).`));
          }
        });
      });
    });
}

function nameOf({ key, state, isBest, isOnFront }: LeaderboardEntry): string {
  const mark = isBest ? pc.green(' best') : isOnFront ? pc.green(' front') : '';
  const word = state === null || state === 'complete' ? '' : pc.dim(` ${state}`);
  return `${key}${mark}${word}`;
}

function qualityOf({ metrics, errors }: LeaderboardEntry, key: string): string {
  const value = metrics[key];
  if (value === undefined) return '';
  const error = errors[key];
  return error === undefined ? formatNumber(value) : `${formatNumber(value)} ± ${formatNumber(error)}`;
}

function settingOf(text: string | undefined): string {
  if (text === undefined) return '';
  const number = Number(text);
  return Number.isFinite(number) ? formatNumber(number) : text;
}
