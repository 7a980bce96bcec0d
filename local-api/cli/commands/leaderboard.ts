import { Command } from 'commander';
import pc from 'picocolors';
import type { Leaderboard } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { leaderboardColumns } from '../leaderboard-table.ts';
import { numberOption } from '../number-option.ts';
import type { Output } from '../output.ts';
import { findRun } from '../run-ref.ts';

/** `assay leaderboard RUN`: the trials of a search, the models of an automatic choice, or the folds of a run, the best first. */
export function leaderboardCommand(): Command {
  return new Command('leaderboard')
    .description('list the trials, models or folds of a run, the best first')
    .argument('<run>', 'a run id, or its first digits')
    .option('-n, --limit <n>', 'at most this many', numberOption, 50)
    .action(async (reference: string, options: { limit: number }, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const runId = await findRun(client, reference);
        const board = await client.studies.leaderboard({ params: { runId } });
        output.result(board, () => printLeaderboard(output, board, options.limit));
      });
    });
}

export function printLeaderboard(output: Output, board: Leaderboard, limit: number): void {
  const shown = board.entries.slice(0, limit);
  output.table(shown, leaderboardColumns(board, shown), 'The run has no trials, models or folds.');
  if (board.entries.length > shown.length) {
    output.note(pc.dim(`${board.entries.length} in all; --limit shows more than ${limit}.`));
  }
  if (board.auto !== null && board.auto.comparisons.length > 0) {
    output.note(pc.dim('as good: cannot be told apart from the best single model on the rows held out.'));
  }
  for (const note of board.auto?.notes ?? []) output.note(pc.dim(note));
  const [most] = board.importance?.params ?? [];
  if (board.importance?.trustworthy && most) {
    output.note(pc.dim(`What matters most: ${most.param} (${Math.round(100 * most.importance)} %).`));
  }
}
