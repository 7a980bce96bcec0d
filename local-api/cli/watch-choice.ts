import pc from 'picocolors';
import type { Client } from '../client/index.ts';
import type { Leaderboard } from '../contract/index.ts';
import { leaderboardColumns } from './leaderboard-table.ts';
import { formatNumber, formatTable, type Output, type Progress, visibleWidth } from './output.ts';

const shownModels = 8;
const askMs = 1000;

/**
 * The progress of an automatic choice of a model: on a terminal the bar with the best models below it, redrawn; elsewhere a line
 * for each model as it ends. `stop` has to be called at the end.
 */
export function watchChoice(
  client: Client,
  runId: string,
  title: string,
  output: Output,
): Progress & { stop(): void } {
  const bar = output.progress(title);
  if (output.json) return { ...bar, stop() {} };
  const board = process.stderr.isTTY ? liveTable() : newLines();
  const ask = (): void => {
    client.studies
      .leaderboard({ params: { runId } })
      .then(board.take)
      .catch(() => {});
  };
  const timer = setInterval(ask, askMs);
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    clearInterval(timer);
    board.clear();
  };
  return {
    update(fraction, message) {
      if (isOver) return;
      board.clear();
      // Where the lines of the models tell all, no others are needed.
      if (process.stderr.isTTY) bar.update(fraction, message);
      board.draw();
    },
    done(message) {
      stop();
      bar.done(message);
    },
    stop,
  };
}

type LiveBoard = { take(board: Leaderboard): void; draw(): void; clear(): void };

/** Below the line of the bar; the cursor stays in that line. */
function liveTable(): LiveBoard {
  let text = '';
  let drawn = 0;
  const draw = (): void => {
    if (text === '') return;
    const lines = text.split('\n');
    const room = process.stderr.columns ?? 80;
    // A line that is broken by the terminal would move all others.
    if (lines.some((line) => visibleWidth(line) >= room)) return;
    drawn = lines.length;
    process.stderr.write(`\n${lines.join('\n')}\u001b[${drawn}A\r`);
  };
  const clear = (): void => {
    if (drawn > 0) process.stderr.write(`\n\u001b[0J\u001b[1A\r`);
    drawn = 0;
  };
  return {
    take(board) {
      const shown = board.entries.filter(({ status }) => status === 'finished').slice(0, shownModels);
      const whole = board.entries.filter(({ key }) => key === 'ensemble');
      const lines = [...whole, ...shown.filter(({ key }) => key !== 'ensemble')].slice(0, shownModels);
      text =
        lines.length === 0 ? '' : formatTable(lines, leaderboardColumns(board, lines, { isShort: true }));
    },
    draw,
    clear,
  };
}

function newLines(): LiveBoard {
  const told = new Set<string>();
  return {
    take({ entries, objectives: [objective] }) {
      for (const { key, title, metrics, errors, status, state } of entries.toReversed()) {
        if (key === 'ensemble' || status === 'running' || told.has(key)) continue;
        told.add(key);
        const metric = objective?.metric ?? '';
        const [value, error] = [metrics[metric], errors[metric]];
        const words =
          value === undefined
            ? state
            : `${metric} ${formatNumber(value)}${error === undefined ? '' : ` ± ${formatNumber(error)}`}`;
        process.stderr.write(`${title ?? key}: ${words}\n`);
      }
    },
    draw() {},
    clear() {},
  };
}

/** First Ctrl-C: the best so far becomes the model. Second: all is thrown away. */
export function interruptsOf(client: Client, jobId: string, output: Output): () => void {
  let isAsked = false;
  return () => {
    const cancel = () => client.jobs.cancel({ params: { jobId } });
    if (isAsked) {
      void cancel().catch(() => {});
      return;
    }
    isAsked = true;
    output.note(pc.dim('\nFinishing with the best so far; Ctrl-C once more throws it away.'));
    // Nothing is running yet: then there is nothing to keep.
    void client.jobs.finish({ params: { jobId } }).catch(() => void cancel().catch(() => {}));
  };
}
