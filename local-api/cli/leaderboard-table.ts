import pc from 'picocolors';
import type { Leaderboard, LeaderboardEntry } from '../contract/index.ts';
import { type Column, formatBytes, formatNumber, formatSeconds } from './output.ts';

const mostMetrics = 3;
const mostSettings = 6;

/** The columns of a leaderboard, as wide as its entries need. `isShort`: what matters most alone, for a table that is redrawn. */
export function leaderboardColumns(
  board: Leaderboard,
  shown: readonly LeaderboardEntry[],
  { isShort = false } = {},
): Column<LeaderboardEntry>[] {
  const isAuto = board.kind === 'models';
  const objectives = board.objectives.map(({ metric }) => metric);
  const others = Object.keys(shown[0]?.metrics ?? {}).filter((key) => !objectives.includes(key));
  const metrics = [
    ...objectives.filter((key) => shown.some((entry) => entry.metrics[key] !== undefined)),
    ...others,
  ].slice(0, isShort ? objectives.length : Math.max(isAuto ? 2 : mostMetrics, objectives.length));
  const settings = isAuto ? [] : [...new Set(shown.flatMap(({ values }) => Object.keys(values)))];
  const hasCosts = shown.some(({ latencyMs }) => latencyMs !== null);
  return [
    {
      title: isAuto ? 'model' : board.kind === 'folds' ? 'fold' : 'trial',
      value: (entry) => nameOf(entry, board),
    },
    ...(isShort ? [] : [{ title: 'run', value: ({ runId }: LeaderboardEntry) => runId.slice(0, 8) }]),
    ...metrics.map((key) => number(key, (entry) => qualityOf(entry, key))),
    ...(isAuto ? [number('share', shareOf)] : []),
    number('fit', ({ fitSeconds }) => (fitSeconds === null ? '' : formatSeconds(fitSeconds))),
    ...(hasCosts
      ? [
          number('one row', ({ latencyMs }) => milliseconds(latencyMs)),
          ...(isShort ? [] : [number('1,000 rows', ({ batchMs }) => milliseconds(batchMs))]),
          number('size', ({ modelBytes }) => (modelBytes === null ? '' : formatBytes(modelBytes))),
        ]
      : []),
    ...settings.slice(0, mostSettings).map((path) => ({
      title: path.replace(/^trainer\./, ''),
      value: ({ values }: LeaderboardEntry) => settingOf(values[path]),
    })),
  ];
}

function number(title: string, value: (entry: LeaderboardEntry) => string): Column<LeaderboardEntry> {
  return { title, value, align: 'right' };
}

function nameOf(
  { key, title, state, isBest, isOnFront, isLikeBest }: LeaderboardEntry,
  { auto }: Leaderboard,
): string {
  const isOpen = auto?.isDone === false;
  const mark = isBest
    ? pc.green(title === null ? ' best' : isOpen ? ' so far' : ' chosen')
    : isLikeBest
      ? pc.dim(' as good')
      : isOnFront
        ? pc.green(' front')
        : '';
  const word = state === null || state === 'complete' || key === 'ensemble' ? '' : pc.dim(` ${state}`);
  return `${title ?? key}${mark}${word}`;
}

function qualityOf({ metrics, errors }: LeaderboardEntry, key: string): string {
  const value = metrics[key];
  if (value === undefined) return '';
  const error = errors[key];
  return error === undefined ? formatNumber(value) : `${formatNumber(value)} ± ${formatNumber(error)}`;
}

function shareOf({ weight, isMember, key }: LeaderboardEntry): string {
  if (!isMember || key === 'ensemble') return '';
  return weight === null ? 'in stack' : `${Math.round(100 * weight)} %`;
}

function milliseconds(value: number | null): string {
  return value === null ? '' : `${formatNumber(Number(value.toPrecision(3)))} ms`;
}

function settingOf(text: string | undefined): string {
  if (text === undefined) return '';
  const value = Number(text);
  return Number.isFinite(value) ? formatNumber(value) : text;
}
