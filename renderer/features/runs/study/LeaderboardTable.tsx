import type { Leaderboard, LeaderboardEntry } from '../../../../local-api/contract/index.ts';
import { formatBytes, formatDuration, formatLatency, formatNumber, NO_VALUE } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import plain from '../../../components/plain-table.module.css';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';

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
    <ScrollRegion label="Leaderboard" className={plain.scroll}>
      <table className={plain.table}>
        <thead>
          <tr>
            <th scope="col">{board.kind === 'folds' ? 'Fold' : 'Trial'}</th>
            <th scope="col">State</th>
            {metrics.map((key) => (
              <th key={key} scope="col" className={plain.right}>
                {key}
              </th>
            ))}
            <th scope="col" className={plain.right}>
              Fit
            </th>
            {hasCosts ? (
              <>
                <th scope="col" className={plain.right}>
                  One row in
                </th>
                <th scope="col" className={plain.right}>
                  Size
                </th>
              </>
            ) : null}
            {settings.map((path) => (
              <th key={path} scope="col" title={path}>
                {path.replace(/^trainer\./, '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.runId}>
              <th scope="row">
                <AppLink href={paths.run(entry.runId)}>{entry.key}</AppLink>{' '}
                {entry.isBest ? <ToneBadge tone="good">best</ToneBadge> : null}
                {entry.isOnFront && !entry.isBest ? <ToneBadge tone="info">front</ToneBadge> : null}
              </th>
              <td>
                <State entry={entry} />
              </td>
              {metrics.map((key) => (
                <td key={key} className={plain.right}>
                  <Quality entry={entry} metric={key} />
                </td>
              ))}
              <td className={plain.right}>
                {entry.fitSeconds === null ? NO_VALUE : formatDuration(1000 * entry.fitSeconds)}
              </td>
              {hasCosts ? (
                <>
                  <td className={plain.right}>{formatLatency(entry.latencyMs)}</td>
                  <td className={plain.right}>{formatBytes(entry.modelBytes)}</td>
                </>
              ) : null}
              {settings.map((path) => (
                <td key={path}>{setting(entry.values[path])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const words = { pruned: 'given up early', cut: 'cut off', failed: 'failed' } as const;

function State({ entry: { state, status } }: { entry: LeaderboardEntry }) {
  if (state === 'pruned' || state === 'cut' || state === 'failed') {
    return <ToneBadge tone={state === 'failed' ? 'bad' : 'idle'}>{words[state]}</ToneBadge>;
  }
  return <StatusBadge status={status} />;
}

function Quality({ entry, metric }: { entry: LeaderboardEntry; metric: string }) {
  const error = entry.errors[metric];
  return (
    <>
      {formatNumber(entry.metrics[metric])}
      {error === undefined ? null : <span className="a-dim"> ± {formatNumber(error, 2)}</span>}
    </>
  );
}

function setting(text: string | undefined): string {
  if (text === undefined) return NO_VALUE;
  const number = Number(text);
  return Number.isFinite(number) ? formatNumber(number) : text;
}
