import { type ReactNode, useId, useMemo } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useJob } from '../../app/use-job.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { Markdown } from '../../components/Markdown.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { type TabItem, Tabs } from '../../components/Tabs.tsx';
import { RunExplanation } from '../explanations/index.ts';
import { JobLog } from '../jobs/JobLog.tsx';
import { RunTraces, useTracesOfRun } from '../traces/RunTraces.tsx';
import { ArtifactsView } from './artifacts/ArtifactsView.tsx';
import { runFiles, useEvaluation, useRunText } from './artifacts/run-files.ts';
import { CurvesView } from './CurvesView.tsx';
import { isChoice } from './choice/ModelsBoard.tsx';
import { curveKeys } from './curves.ts';
import { EvaluationView } from './evaluation/EvaluationView.tsx';
import { isNested } from './nested.ts';
import { ObjectsView } from './objects/ObjectsView.tsx';
import { ControlNotice } from './page/ControlNotice.tsx';
import { isActive } from './page/control-state.ts';
import { FactsView } from './page/FactsView.tsx';
import { OutputLog } from './page/OutputLog.tsx';
import { SystemView } from './page/SystemView.tsx';
import { systemPrefix } from './page/system-metrics.ts';
import { RunHeader } from './RunHeader.tsx';
import { RunOverview } from './RunOverview.tsx';
import { LeaderboardView } from './study/LeaderboardView.tsx';

type Props = {
  run: Run;
  tab: string | undefined;
  path: string | undefined;
  onView: (view: { tab?: string; path?: string }) => void;
};

/** The header of a run and the views of it; the chosen one stands in the address. */
export function RunDetail({ run, tab, path, onView }: Props) {
  const panelId = useId();
  const job = useJob(run.jobId);
  const curves = useMemo(
    () => curveKeys(run.metrics).filter((key) => !key.startsWith(systemPrefix)),
    [run.metrics],
  );
  const isTraining = run.jobId !== null && run.params.trainer !== undefined && !isNested(run);
  const boardLabel = leaderboardLabel(run);
  const isCommand = run.tags['assay.keeper'] === 'exec';
  const hasLog = isCommand || run.jobId !== null;
  const traces = useTracesOfRun(run.id) ?? 0;
  const items: TabItem[] = [
    { id: 'overview', label: 'Overview' },
    { id: 'curves', label: 'Curves', ...(curves.length > 0 ? { note: String(curves.length) } : {}) },
    ...(isTraining
      ? [
          { id: 'evaluation', label: 'Evaluation' },
          { id: 'explanation', label: 'Explanation' },
          ...(boardLabel === null ? [] : [{ id: 'leaderboard', label: boardLabel }]),
        ]
      : []),
    { id: 'objects', label: 'Objects' },
    { id: 'files', label: 'Files' },
    ...(traces > 0 ? [{ id: 'traces', label: 'Traces', note: String(traces) }] : []),
    { id: 'system', label: 'System' },
    { id: 'facts', label: 'Facts' },
    ...(isTraining ? [{ id: 'card', label: 'Model card' }] : []),
    ...(hasLog ? [{ id: 'log', label: 'Log' }] : []),
  ];
  const shown = items.find((item) => item.id === tab)?.id ?? 'overview';
  const views: Record<string, () => ReactNode> = {
    overview: () => <RunOverview run={run} />,
    curves: () => <CurvesView runs={[{ id: run.id, label: run.name, colour: 0 }]} metricKeys={curves} />,
    evaluation: () => <Evaluation run={run} />,
    leaderboard: () => <LeaderboardView run={run} />,
    explanation: () => <RunExplanation runId={run.id} />,
    objects: () => (
      <ObjectsView
        runId={run.id}
        shown={path}
        onShow={(object) => onView({ tab: 'objects', path: object })}
      />
    ),
    files: () => (
      <ArtifactsView runId={run.id} path={path} onPath={(file) => onView({ tab: 'files', path: file })} />
    ),
    traces: () => <RunTraces runId={run.id} />,
    card: () => <Card run={run} />,
    system: () => <SystemView run={run} />,
    facts: () => <FactsView run={run} />,
    log: () =>
      isCommand || run.jobId === null ? (
        <OutputLog run={run} isActive={isActive(run)} />
      ) : (
        <Panel padding="none">
          <JobLog jobId={run.jobId} isRunning={isActive(run)} />
        </Panel>
      ),
  };
  const choose = (id: string) => onView(id === 'overview' ? {} : { tab: id });
  const chooseNext = (by: number) => {
    const index = items.findIndex((item) => item.id === shown);
    const next = items[(index + by + items.length) % items.length];
    if (next) choose(next.id);
  };
  useShortcuts([
    { keys: '[', label: 'The view before', group: 'Run', run: () => chooseNext(-1) },
    { keys: ']', label: 'The next view', group: 'Run', run: () => chooseNext(1) },
  ]);
  return (
    <>
      <RunHeader run={run} />
      <ControlNotice run={run} hasLog={hasLog && shown !== 'log'} onLog={() => choose('log')} />
      {job.data && isActive(run) ? <JobProgress job={job.data} /> : null}
      {job.data?.error && run.status === 'failed' ? <JobFailure error={job.data.error} /> : null}
      <Tabs label="Views of the run" items={items} value={shown} onChange={choose} panelId={panelId} />
      <div id={panelId} role="tabpanel" aria-label={items.find((item) => item.id === shown)?.label}>
        {views[shown]?.()}
      </div>
    </>
  );
}

/** What lies below a run that chooses, searches or shares its rows out into folds; null for others, and for what lies below. */
function leaderboardLabel(run: Run): string | null {
  const { params } = run;
  if (isNested(run)) return null;
  if (isChoice(run)) return 'Models';
  if (params['tuning.trials'] !== undefined) return 'Trials';
  return ['kfold', 'group', 'timeSeries'].includes(params['validation.kind'] ?? '') ? 'Folds' : null;
}

function Evaluation({ run }: { run: Run }) {
  const query = useEvaluation(run.id);
  return (
    <QueryView query={query}>
      {(evaluation) =>
        evaluation ? (
          <EvaluationView evaluation={evaluation} run={run} />
        ) : (
          <EmptyState
            title={run.status === 'finished' ? 'This run holds no evaluation' : 'Not evaluated yet'}
          >
            A finished training measures its model on the test part: curves and a confusion matrix appear
            here.
          </EmptyState>
        )
      }
    </QueryView>
  );
}

function Card({ run }: { run: Run }) {
  const query = useRunText(run.id, runFiles.card);
  return (
    <QueryView query={query}>
      {(text) =>
        text === null ? (
          <EmptyState title="No model card yet">It is written when the training finishes.</EmptyState>
        ) : (
          <Panel title="Model card">
            <Markdown text={text} />
          </Panel>
        )
      }
    </QueryView>
  );
}
