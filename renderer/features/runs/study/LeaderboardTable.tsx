import type { Leaderboard, LeaderboardEntry } from '../../../../local-api/contract/index.ts';
import { formatBytes, formatDuration, formatLatency, formatNumber, NO_VALUE } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { type PlainColumn, PlainTable } from '../../../components/PlainTable.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { EntryQuality, EntryState } from './EntryCells.tsx';

const OTHER_METRICS = 2;

/** A line a trial or fold: quality with standard error, cost, and the settings that the search varies. */
export function LeaderboardTable({ board }: { board: Leaderboard }) {
  const { entries, objectives } = board;
  const wanted = objectives.map(({ metric }) => metric);
  const has = (key: string) => entries.some(({ metrics }) => metrics[key] !== undefined);
  const others = Object.keys(entries[0]?.metrics ?? {}).filter((key) => !wanted.includes(key));
  const metrics = [...wanted.filter(has), ...others.slice(0, OTHER_METRICS)];
  const settings = [...new Set(entries.flatMap(({ values }) => Object.keys(values)))];
  const hasCosts = entries.some(({ latencyMs }) => latencyMs !== null);
  return (
    <PlainTable
      label="Leaderboard"
      rows={entries}
      keyOf={({ runId }) => runId}
      columns={[
        {
          name: board.kind === 'folds' ? 'Fold' : 'Trial',
          cell: ({ runId, key, isBest, isOnFront }) => (
            <>
              <AppLink href={paths.run(runId)}>{key}</AppLink>{' '}
              {isBest ? <ToneBadge tone="good">best</ToneBadge> : null}
              {isOnFront && !isBest ? <ToneBadge tone="info">front</ToneBadge> : null}
            </>
          ),
        },
        { name: 'State', cell: (entry) => <EntryState entry={entry} /> },
        ...metrics.map((metric) =>
          numbers(metric, (entry) => <EntryQuality entry={entry} metric={metric} />),
        ),
        numbers('Fit', ({ fitSeconds }) =>
          fitSeconds === null ? NO_VALUE : formatDuration(1000 * fitSeconds),
        ),
        ...(hasCosts
          ? [
              numbers('One row in', ({ latencyMs }) => formatLatency(latencyMs)),
              numbers('Size', ({ modelBytes }) => formatBytes(modelBytes)),
            ]
          : []),
        ...settings.map((path) => ({
          name: path.replace(/^trainer\./, ''),
          id: path,
          hint: path,
          cell: ({ values }: LeaderboardEntry) => setting(values[path]),
        })),
      ]}
    />
  );
}

function numbers(name: string, cell: PlainColumn<LeaderboardEntry>['cell']): PlainColumn<LeaderboardEntry> {
  return { name, isNumber: true, cell };
}

function setting(text: string | undefined): string {
  if (text === undefined) return NO_VALUE;
  const number = Number(text);
  return Number.isFinite(number) ? formatNumber(number) : text;
}
