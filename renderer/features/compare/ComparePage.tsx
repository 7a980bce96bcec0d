import { Select } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { type ReactNode, useCallback, useId, useMemo } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { type TabItem, Tabs } from '../../components/Tabs.tsx';
import { BoxesTab } from './BoxesTab.tsx';
import { CompareEvaluations } from './CompareEvaluations.tsx';
import { CompareParallel } from './CompareParallel.tsx';
import { CompareScatter } from './CompareScatter.tsx';
import { CompareTable } from './CompareTable.tsx';
import { CompareViews } from './CompareViews.tsx';
import { CurvesTab } from './CurvesTab.tsx';
import classes from './compare.module.css';
import { type RunSource, useComparedRuns } from './compare-queries.ts';
import { type CompareAddress, CompareContext, useCompareSearch } from './compare-state.ts';
import { DifferenceTab } from './difference/DifferenceTab.tsx';
import { MAX_COMPARED, readRunIds } from './differences.ts';
import { FilesTab } from './files/FilesTab.tsx';
import { groupKeys } from './grouping.ts';
import { ImagesTab } from './ImagesTab.tsx';
import { ImportanceTab } from './ImportanceTab.tsx';
import { SurfaceTab } from './SurfaceTab.tsx';

const tabs: readonly TabItem[] = [
  { id: 'table', label: 'Side by side' },
  { id: 'curves', label: 'Curves' },
  { id: 'difference', label: 'Is it real?' },
  { id: 'parallel', label: 'Parallel coordinates' },
  { id: 'scatter', label: 'Scatter' },
  { id: 'surface', label: 'Heat map' },
  { id: 'boxes', label: 'Box plots' },
  { id: 'importance', label: 'Importance' },
  { id: 'images', label: 'Images' },
  { id: 'files', label: 'Files' },
  { id: 'evaluation', label: 'Evaluation' },
];

/** Several runs against each other. The address says which and how, so it can be shared. */
export function ComparePage() {
  const address = useCompareSearch();
  const { search, change } = address;
  const source = useMemo(
    (): RunSource =>
      search.filter === undefined ? { ids: readRunIds(search.runs) } : { filter: search.filter },
    [search.runs, search.filter],
  );
  const query = useComparedRuns(source);
  const isTooFew = 'ids' in source && source.ids.length < 2;
  const runs = query.data?.runs ?? [];
  const [first] = runs;
  const inOneExperiment = first !== undefined && runs.every((run) => run.experimentId === first.experimentId);
  return (
    <CompareContext.Provider value={address}>
      <Page>
        <PageHeader
          title="Compare runs"
          crumbs={[
            { label: 'Experiments', href: paths.experiments },
            ...(inOneExperiment ? [{ label: 'Runs', href: paths.experiment(first.experimentId) }] : []),
          ]}
          description={
            isTooFew ? undefined : <Extent runs={runs} source={source} hasMore={query.data?.hasMore} />
          }
          actions={
            <>
              {isTooFew ? null : <GroupChoice runs={runs} group={search.group} onChange={change} />}
              <CompareViews search={search} onChange={change} />
            </>
          }
        />
        {query.data?.missing.map(({ id, error }) => (
          <ErrorNote key={id} error={error} />
        ))}
        {isTooFew ? (
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
        ) : (
          <QueryView query={query}>
            {(found) =>
              found.runs.length === 0 ? (
                <EmptyState icon={IconArrowsDiff} title="No run matches">
                  {'filter' in source
                    ? `The filter ${source.filter} finds none.`
                    : 'None of these runs is there.'}
                </EmptyState>
              ) : (
                <Comparison runs={found.runs} source={source} address={address} />
              )
            }
          </QueryView>
        )}
      </Page>
    </CompareContext.Provider>
  );
}

function Extent({
  runs,
  source,
  hasMore,
}: {
  runs: readonly Run[];
  source: RunSource;
  hasMore: boolean | undefined;
}) {
  if (runs.length === 0) return null;
  return (
    <>
      {formatPlural(runs.length, 'run')}
      {'filter' in source ? (
        <>
          {' where '}
          <code>{source.filter}</code>
        </>
      ) : null}
      {hasMore ? `, the first ${MAX_COMPARED} of those that match` : null}
    </>
  );
}

type GroupProps = { runs: readonly Run[]; group: string | undefined; onChange: CompareAddress['change'] };

function GroupChoice({ runs, group, onChange }: GroupProps) {
  const keys = useMemo(() => groupKeys(runs), [runs]);
  const known = group === undefined || keys.includes(group) ? keys : [group, ...keys];
  return (
    <Select
      aria-label="Group runs by"
      placeholder="Group by …"
      data={known}
      value={group ?? null}
      onChange={(key) => onChange({ group: key ?? undefined }, { isStep: true })}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Do not group' }}
      w={190}
    />
  );
}

type Props = { runs: readonly Run[]; source: RunSource; address: CompareAddress };

function Comparison({ runs, source, address: { search, change } }: Props) {
  const panelId = useId();
  const usual = search.group === undefined ? 'table' : 'difference';
  const shown = tabs.find((item) => item.id === search.tab)?.id ?? usual;
  const remove = useCallback(
    (id: string) => {
      const ids = runs.map((run) => run.id).filter((other) => other !== id);
      change({ runs: ids.join(','), filter: undefined }, { isStep: true });
    },
    [runs, change],
  );
  const keepOnly = useCallback(
    (ids: readonly string[]) => change({ runs: ids.join(','), filter: undefined }, { isStep: true }),
    [change],
  );
  const { group } = search;
  const views: Record<string, () => ReactNode> = {
    table: () => (
      <CompareTable
        runs={runs}
        onlyDifferences={search.only === 'differences'}
        onOnlyDifferences={(only) => change({ only: only ? 'differences' : undefined })}
        onRemove={remove}
      />
    ),
    curves: () => <CurvesTab runs={runs} group={group} />,
    difference: () => <DifferenceTab runs={runs} source={source} group={group} />,
    parallel: () => <CompareParallel runs={runs} onKeep={keepOnly} />,
    scatter: () => <CompareScatter runs={runs} group={group} />,
    surface: () => <SurfaceTab runs={runs} />,
    boxes: () => <BoxesTab runs={runs} group={group} />,
    importance: () => <ImportanceTab runs={runs} source={source} />,
    images: () => <ImagesTab runs={runs} />,
    files: () => <FilesTab runs={runs} />,
    evaluation: () => <CompareEvaluations runs={runs} />,
  };
  return (
    <>
      <Tabs
        label="Ways to compare"
        items={tabs}
        value={shown}
        onChange={(id) => change({ tab: id === usual ? undefined : id }, { isStep: true })}
        panelId={panelId}
      />
      <div
        id={panelId}
        role="tabpanel"
        aria-label={tabs.find((item) => item.id === shown)?.label}
        className={classes.tabPanel}
      >
        {views[shown]?.()}
      </div>
    </>
  );
}
