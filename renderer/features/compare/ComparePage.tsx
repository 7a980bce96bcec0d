import { IconArrowsDiff } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useId, useMemo } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { type TabItem, Tabs } from '../../components/Tabs.tsx';
import { CurvesView } from '../runs/CurvesView.tsx';
import { curveKeys } from '../runs/curves.ts';
import { CompareEvaluations } from './CompareEvaluations.tsx';
import { CompareParallel } from './CompareParallel.tsx';
import { CompareScatter } from './CompareScatter.tsx';
import { CompareTable } from './CompareTable.tsx';
import { useComparedRuns } from './compare-queries.ts';
import { readRunIds } from './differences.ts';

const tabs: readonly TabItem[] = [
  { id: 'table', label: 'Side by side' },
  { id: 'curves', label: 'Curves' },
  { id: 'parallel', label: 'Parallel coordinates' },
  { id: 'scatter', label: 'Scatter' },
  { id: 'evaluation', label: 'Evaluation' },
];

type CompareSearch = { runs?: string; tab?: string; x?: string; y?: string; only?: string };

/** Several runs against each other. The address says which and how, so it can be shared. */
export function ComparePage() {
  const search = useSearch({ from: '/compare' });
  const navigate = useNavigate();
  const ids = useMemo(() => readRunIds(search.runs), [search.runs]);
  const { runs, isPending, missing } = useComparedRuns(ids);
  const change = (part: { [K in keyof CompareSearch]: string | undefined }) =>
    void navigate({ to: '/compare', search: { ...search, ...part }, replace: true });
  const remove = (id: string) => change({ runs: ids.filter((other) => other !== id).join(',') });
  const [first] = runs;
  const inOneExperiment = first !== undefined && runs.every((run) => run.experimentId === first.experimentId);
  return (
    <Page>
      <PageHeader
        title="Compare runs"
        crumbs={[
          { label: 'Experiments', href: paths.experiments },
          ...(inOneExperiment ? [{ label: 'Runs', href: paths.experiment(first.experimentId) }] : []),
        ]}
        description={ids.length > 0 ? formatPlural(ids.length, 'run') : undefined}
      />
      {missing.map(({ id, error }) => (
        <ErrorNote key={id} error={error} />
      ))}
      {ids.length < 2 ? (
        <EmptyState
          icon={IconArrowsDiff}
          title="Choose at least two runs"
          action={
            <ButtonLink href={inOneExperiment ? paths.experiment(first.experimentId) : paths.runs()}>
              To the runs
            </ButtonLink>
          }
        >
          Select runs in a table (x, or shift-click for a range) and press Compare.
        </EmptyState>
      ) : isPending ? (
        <LoadingState rows={12} />
      ) : (
        <Comparison runs={runs} search={search} onChange={change} onRemove={remove} />
      )}
    </Page>
  );
}

type Props = {
  runs: readonly Run[];
  search: CompareSearch;
  onChange: (part: { [K in keyof CompareSearch]: string | undefined }) => void;
  onRemove: (id: string) => void;
};

function Comparison({ runs, search, onChange, onRemove }: Props) {
  const panelId = useId();
  const shown = tabs.find((item) => item.id === search.tab)?.id ?? 'table';
  const coloured = useMemo(
    () => runs.map((run, colour) => ({ id: run.id, label: run.name, colour })),
    [runs],
  );
  const metricKeys = useMemo(
    () => [...new Set(runs.flatMap((run) => curveKeys(run.metrics)))].sort(),
    [runs],
  );
  const axes = { x: search.x, y: search.y, onAxes: (axes: { x?: string; y?: string }) => onChange(axes) };
  const views: Record<string, () => ReactNode> = {
    table: () => (
      <CompareTable
        runs={runs}
        onlyDifferences={search.only === 'differences'}
        onOnlyDifferences={(only) => onChange({ only: only ? 'differences' : undefined })}
        onRemove={onRemove}
      />
    ),
    curves: () => <CurvesView runs={coloured} metricKeys={metricKeys} />,
    parallel: () => <CompareParallel runs={runs} chosen={search.x} onChoose={(x) => onChange({ x })} />,
    scatter: () => <CompareScatter runs={runs} {...axes} />,
    evaluation: () => <CompareEvaluations runs={runs} />,
  };
  return (
    <>
      <Tabs
        label="Ways to compare"
        items={tabs}
        value={shown}
        onChange={(id) => onChange({ tab: id === 'table' ? undefined : id })}
        panelId={panelId}
      />
      <div id={panelId} role="tabpanel" aria-label={tabs.find((item) => item.id === shown)?.label}>
        {views[shown]?.()}
      </div>
    </>
  );
}
