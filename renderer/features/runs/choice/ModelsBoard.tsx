import type { Leaderboard, Run } from '../../../../local-api/contract/index.ts';
import { formatPlural } from '../../../app/format.ts';
import { useJob } from '../../../app/use-job.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { isActive } from '../page/control-state.ts';
import { ChoicePanel } from './ChoicePanel.tsx';
import classes from './choice.module.css';
import { MembersPanel } from './MembersPanel.tsx';
import { ModelsTable } from './ModelsTable.tsx';
import { QualityPanel } from './QualityPanel.tsx';

/** Whether Assay chose, or chooses, the model of a run. */
export function isChoice({ params }: Pick<Run, 'params'>): boolean {
  return params['auto.budgetSeconds'] !== undefined;
}

/** The models of an automatic choice, the best first, and what is made of them; it fills while they are fitted. */
export function ModelsBoard({ board, run }: { board: Leaderboard; run: Run }) {
  const job = useJob(run.jobId);
  const models = board.entries.filter(({ key }) => key !== 'ensemble').length;
  return (
    <div className={classes.board}>
      <div className={classes.top}>
        <ChoicePanel run={run} board={board} job={job.data} onJob={() => void job.refetch()} />
        {board.auto !== null && (board.auto.isDone || isActive(run)) ? (
          <MembersPanel report={board.auto} entries={board.entries} />
        ) : null}
      </div>
      {models === 0 && isActive(run) ? (
        <EmptyState title="The first models are being fitted">
          Each appears here as soon as it can be judged, the quick ones first.
        </EmptyState>
      ) : models === 0 ? null : (
        <Panel title={formatPlural(models, 'model')} padding="none">
          <ModelsTable board={board} runId={run.id} />
        </Panel>
      )}
      <QualityPanel board={board} />
    </div>
  );
}
