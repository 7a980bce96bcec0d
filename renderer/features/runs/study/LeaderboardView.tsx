import { useQuery } from '@tanstack/react-query';
import type { Leaderboard, Run } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatNumber, formatPercent, formatPlural } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { useJob } from '../../../app/use-job.ts';
import { CategoryBars } from '../../../charts/CategoryBars.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { FinishButton } from '../../../components/FinishButton.tsx';
import { type Fact, KeyValue } from '../../../components/KeyValue.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PauseButton } from '../../../components/PauseButton.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { isChoice, ModelsBoard } from '../choice/ModelsBoard.tsx';
import { isActive } from '../page/control-state.ts';
import { LeaderboardTable } from './LeaderboardTable.tsx';
import classes from './study.module.css';
import { TrialsParallel } from './TrialsParallel.tsx';

/** The trials of a search, the models of an automatic choice or the folds of a cross-validation, the best first. */
export function LeaderboardView({ run }: { run: Run }) {
  const query = useQuery({
    queryKey: keys.part('runs', run.id, 'leaderboard'),
    queryFn: ({ signal }) => client.studies.leaderboard({ params: { runId: run.id }, signal }),
    refetchInterval: isActive(run) ? 2000 : false,
  });
  return (
    <QueryView query={query}>
      {(board) =>
        isChoice(run) ? <ModelsBoard board={board} run={run} /> : <Board board={board} run={run} />
      }
    </QueryView>
  );
}

function Board({ board, run }: { board: Leaderboard; run: Run }) {
  const job = useJob(run.jobId);
  if (board.entries.length === 0) {
    return (
      <EmptyState title={isActive(run) ? 'Nothing is fitted yet' : 'No trials and no folds'}>
        Each trial of a search and each fold of a validation appears here when it begins.
      </EmptyState>
    );
  }
  return (
    <div className={classes.board}>
      <Panel
        title={board.kind === 'folds' ? 'Validation' : 'Search'}
        aside={
          job.data ? (
            <div className={classes.actions}>
              <PauseButton job={job.data} size="xs" onChange={() => void job.refetch()} />
              <FinishButton job={job.data} size="xs" onChange={() => void job.refetch()} />
            </div>
          ) : null
        }
      >
        <KeyValue facts={factsOf(board)} />
      </Panel>
      <Panel
        title={formatPlural(board.entries.length, board.kind === 'folds' ? 'fold' : 'trial')}
        padding="none"
      >
        <LeaderboardTable board={board} />
      </Panel>
      <TrialsParallel board={board} />
      {board.importance === null ? null : (
        <Panel title={`What moves ${board.importance.metric}`}>
          {board.importance.caveat === null ? null : <p className="a-dim">{board.importance.caveat}</p>}
          {board.importance.params.length === 0 ? null : (
            <CategoryBars
              title="Importance of settings"
              hidesTitle
              labels={board.importance.params.map(({ param }) => param)}
              series={[
                { label: 'importance', values: board.importance.params.map(({ importance }) => importance) },
              ]}
              valueLabel="Share of what the settings explain"
              format={(value) => formatPercent(value, 0)}
            />
          )}
        </Panel>
      )}
    </div>
  );
}

function factsOf({ objectives, study, validation, entries }: Leaderboard): Fact[] {
  const facts: Fact[] = [
    {
      label: 'Judged by',
      value: objectives
        .map(({ metric, direction }) => `${metric} (${direction === 'higher' ? 'high' : 'low'})`)
        .join(', '),
    },
  ];
  for (const { metric } of objectives) {
    const found = validation?.metrics[metric];
    if (!found) continue;
    const interval =
      found.low === null || found.high === null
        ? ''
        : `, 95 % interval ${formatNumber(found.low)} to ${formatNumber(found.high)}`;
    facts.push({ label: `${metric} of the model`, value: `${formatNumber(found.mean)}${interval}` });
  }
  if (validation !== null && validation.finalRounds !== null) {
    facts.push({ label: 'Rounds of the model', value: `${validation.finalRounds}, the median of the folds` });
  }
  if (study === null) {
    const done = entries.filter(({ status }) => status !== 'running').length;
    facts.push({ label: 'Fitted so far', value: done });
    return facts;
  }
  const { complete, pruned, failed, cut } = study.counts;
  facts.push({ label: 'Best', value: `trial ${study.best + 1}` });
  facts.push({
    label: 'Trials',
    value: `${complete} complete, ${pruned} given up early, ${failed} failed, ${cut} cut off`,
  });
  if (study.timeWasUp) facts.push({ label: 'Ended', value: 'because its time was up' });
  return facts;
}
