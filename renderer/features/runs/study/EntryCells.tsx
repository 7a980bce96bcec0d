import type { LeaderboardEntry } from '../../../../local-api/contract/index.ts';
import { formatNumber } from '../../../app/format.ts';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';

const words = { pruned: 'given up early', cut: 'cut off', failed: 'failed' } as const;

/** What became of a line of a leaderboard. */
export function EntryState({ entry: { state, status } }: { entry: LeaderboardEntry }) {
  if (state === 'pruned' || state === 'cut' || state === 'failed') {
    return <ToneBadge tone={state === 'failed' ? 'bad' : 'idle'}>{words[state]}</ToneBadge>;
  }
  return <StatusBadge status={status} />;
}

/** A metric of a line with its standard error. */
export function EntryQuality({ entry, metric }: { entry: LeaderboardEntry; metric: string }) {
  const error = entry.errors[metric];
  return (
    <>
      {formatNumber(entry.metrics[metric])}
      {error === undefined ? null : <span className="a-dim"> ± {formatNumber(error, 2)}</span>}
    </>
  );
}
