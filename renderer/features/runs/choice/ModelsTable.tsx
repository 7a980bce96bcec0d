import type { Leaderboard, LeaderboardEntry } from '../../../../local-api/contract/index.ts';
import {
  formatBytes,
  formatDuration,
  formatLatency,
  formatMetric,
  formatPercent,
  NO_VALUE,
} from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { type PlainColumn, PlainTable } from '../../../components/PlainTable.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { EntryState } from '../study/EntryCells.tsx';
import classes from './choice.module.css';
import { settingsText } from './choice-words.ts';

type Entry = LeaderboardEntry;
type Column = PlainColumn<Entry>;

/** Shown before other metrics beside the one that models are compared by. */
const telling = ['accuracy', 'auc', 'r2', 'mae'];

/** A line a model, the best first: how good it is and whether that can be told apart from the best, and what it costs. */
export function ModelsTable({ board, runId }: { board: Leaderboard; runId: string }) {
  return (
    <PlainTable
      label="Leaderboard"
      maxHeight={720}
      rows={board.entries}
      keyOf={({ key }) => key}
      columns={[
        { name: 'Model', cell: (entry) => <Model entry={entry} isWhole={entry.runId === runId} /> },
        ...qualityColumns(board),
        ...costColumns(board.entries),
      ]}
      isMarked={({ isBest }) => isBest}
    />
  );
}

function qualityColumns({ entries, objectives, auto }: Leaderboard): (Column | null)[] {
  const metric = objectives[0]?.metric ?? '';
  const known = new Set(entries.flatMap(({ metrics }) => Object.keys(metrics)));
  const hasIntervals = entries.some(({ interval }) => interval !== null);
  const others = [...telling.filter((name) => known.has(name)), ...known]
    .filter((name, index, all) => name !== metric && all.indexOf(name) === index)
    .slice(0, hasIntervals ? 1 : 2);
  const isSeveral = auto !== null && auto.chosen !== 'single';
  return [
    numbers(metric, ({ metrics, errors }) => (
      <>
        {formatMetric(metrics[metric])}
        {hasIntervals || errors[metric] === undefined ? null : (
          <span className="a-dim"> ± {formatMetric(errors[metric])}</span>
        )}
      </>
    )),
    hasIntervals ? numbers('95 % interval', ({ interval }) => rangeText(interval)) : null,
    entries.some(({ difference }) => difference !== null)
      ? numbers('To the best', (entry) => <Difference entry={entry} />, {
          hint: 'Difference to the best single model on the same rows',
          cellHint: ({ difference }) =>
            difference === null ? undefined : `95 % interval of the difference: ${rangeText(difference)}`,
        })
      : null,
    isSeveral
      ? numbers('Weight', (entry) => weightText(entry), { hint: 'Share in the model that is made of them' })
      : null,
    ...others.map((name) => numbers(name, ({ metrics }) => formatMetric(metrics[name]))),
  ];
}

function costColumns(entries: readonly Entry[]): (Column | null)[] {
  const ifAny = (isThere: (entry: Entry) => boolean, column: Column) =>
    entries.some(isThere) ? column : null;
  return [
    numbers('Fit', ({ fitSeconds }) => (fitSeconds === null ? NO_VALUE : formatDuration(1000 * fitSeconds)), {
      hint: 'Time to fit one fold',
    }),
    ifAny(
      ({ latencyMs }) => latencyMs !== null,
      numbers('One row in', ({ latencyMs }) => formatLatency(latencyMs), {
        hint: 'Median time to answer one row',
      }),
    ),
    ifAny(
      ({ batchMs }) => batchMs !== null,
      numbers('1,000 in', ({ batchMs }) => formatLatency(batchMs), {
        hint: 'Median time to answer 1,000 rows at once',
      }),
    ),
    ifAny(
      ({ modelBytes }) => modelBytes !== null,
      numbers('Size', ({ modelBytes }) => formatBytes(modelBytes), { hint: 'Of the ONNX file' }),
    ),
  ];
}

function numbers(name: string, cell: Column['cell'], more: Pick<Column, 'hint' | 'cellHint'> = {}): Column {
  return { name, isNumber: true, cell, ...more };
}

function Model({ entry, isWhole }: { entry: Entry; isWhole: boolean }) {
  const { key, title, isBest, state, values } = entry;
  const name = title ?? key;
  const settings = settingsText(values);
  return (
    <div className={classes.model}>
      <span>{isWhole ? name : <AppLink href={paths.run(entry.runId)}>{name}</AppLink>}</span>
      {isBest ? <ToneBadge tone="good">best</ToneBadge> : null}
      {state === 'complete' || isWhole ? null : <EntryState entry={entry} />}
      {settings === '' ? null : (
        <span className={classes.settings} title={settings}>
          {settings}
        </span>
      )}
    </div>
  );
}

function Difference({ entry: { difference, isLikeBest } }: { entry: Entry }) {
  if (difference === null) return NO_VALUE;
  return (
    <>
      {isLikeBest ? (
        <>
          <ToneBadge
            tone="info"
            title="Cannot be told apart from the best single model: the 95 % interval of the difference holds 0"
          >
            not different
          </ToneBadge>{' '}
        </>
      ) : null}
      {difference.value > 0 ? '+' : ''}
      {formatMetric(difference.value)}
    </>
  );
}

function weightText({ weight, isMember, key }: Entry): string {
  if (key === 'ensemble' || !isMember) return NO_VALUE;
  return weight === null ? 'part' : formatPercent(weight, 0);
}

const rangeText = (range: { low: number; high: number } | null): string =>
  range === null ? NO_VALUE : `${formatMetric(range.low)} – ${formatMetric(range.high)}`;
