import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { use, useMemo } from 'react';
import type { GroupsCompared, MetricDirection, Run } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import classes from '../compare.module.css';
import type { RunSource } from '../compare-queries.ts';
import { CompareContext, useTabSettings } from '../compare-state.ts';
import { groupKeys, groupName, groupRuns, guessPairKey } from '../grouping.ts';
import { ValuePicker } from '../pickers.tsx';
import { mainMetric, metricIds, shortName } from '../run-values.ts';
import { ComparisonTable } from './ComparisonTable.tsx';
import { GroupIntervals } from './GroupIntervals.tsx';
import { PredictionsPanel } from './PredictionsPanel.tsx';

/** `pair`: empty for a guess, `none` for runs that are not partners. `baseline`: `all`, or `is <value>`. */
const usual = { metric: '', pair: '', summary: 'last', direction: '', baseline: 'all' };
const NOT_PAIRED = 'none';

type Props = { runs: readonly Run[]; source: RunSource; group: string | undefined };

/** Whether groups of runs differ by more than chance: means with intervals, a named test a pair, and a verdict in words. */
export function DifferenceTab({ runs, source, group }: Props) {
  const address = use(CompareContext);
  const [settings, onSettings] = useTabSettings('difference', usual);
  const keys = useMemo(() => groupKeys(runs), [runs]);
  const metrics = useMemo(() => metricIds(runs), [runs]);
  const metric = metrics.includes(settings.metric) ? settings.metric : mainMetric(runs);
  const guessed = useMemo(() => (group === undefined ? null : guessPairKey(runs, group)), [runs, group]);
  const pairBy = settings.pair === '' ? guessed : settings.pair === NOT_PAIRED ? null : settings.pair;
  const groups = useMemo(() => (group === undefined ? [] : groupRuns(runs, group)), [runs, group]);
  const selection = 'filter' in source ? { filter: source.filter } : { runIds: runs.map((run) => run.id) };
  const body = {
    ...selection,
    groupBy: group ?? '',
    metrics: [metric === undefined ? '' : shortName(metric)],
    summary: settings.summary as 'last' | 'min' | 'max',
    ...(pairBy === null ? {} : { pairBy }),
    ...(settings.direction === '' ? {} : { direction: settings.direction as MetricDirection }),
    ...(settings.baseline.startsWith('is ') ? { baseline: settings.baseline.slice(3) } : {}),
  };
  const query = useQuery({
    queryKey: ['runs', 'difference', body],
    queryFn: ({ signal }) => client.comparison.groups({ body, signal }),
    enabled: group !== undefined && metric !== undefined,
    placeholderData: (before) => before,
  });
  if (metric === undefined) {
    return <EmptyState title="Nothing to compare">These runs have logged no metric.</EmptyState>;
  }
  return (
    <>
      <div className={classes.pickers}>
        <Select
          label="Compare groups by"
          placeholder="Choose a param or tag"
          data={group === undefined || keys.includes(group) ? keys : [group, ...keys]}
          value={group ?? null}
          onChange={(key) => key && address?.change({ group: key }, { isStep: true })}
          searchable
          w={190}
        />
        <ValuePicker
          label="Metric"
          ids={metrics}
          value={metric}
          onChange={(id) => onSettings({ metric: id, direction: '' })}
        />
        <Select
          label="Pair runs by"
          data={[
            { value: NOT_PAIRED, label: 'Not paired' },
            ...[...new Set([...(guessed === null ? [] : [guessed]), ...keys])]
              .filter((key) => key !== group)
              .map((key) => ({ value: key, label: key === guessed ? `${key} (guessed)` : key })),
          ]}
          value={pairBy ?? NOT_PAIRED}
          onChange={(key) => key && onSettings({ pair: key })}
          allowDeselect={false}
          searchable
          w={190}
        />
        <Select
          label="Value of a run"
          data={[
            { value: 'last', label: 'Last' },
            { value: 'min', label: 'Lowest' },
            { value: 'max', label: 'Highest' },
          ]}
          value={settings.summary}
          onChange={(summary) => summary && onSettings({ summary })}
          allowDeselect={false}
          w={110}
        />
        {groups.length > 2 && group !== undefined ? (
          <Select
            label="Against"
            data={[
              { value: 'all', label: 'Every pair' },
              ...groups.flatMap(({ value }) =>
                value === null ? [] : [{ value: `is ${value}`, label: groupName(group, value) }],
              ),
            ]}
            value={settings.baseline}
            onChange={(baseline) => baseline && onSettings({ baseline })}
            allowDeselect={false}
            w={170}
          />
        ) : null}
        <Select
          label="Better"
          value={settings.direction === '' ? 'guess' : settings.direction}
          onChange={(direction) =>
            onSettings({ direction: direction === 'higher' || direction === 'lower' ? direction : '' })
          }
          data={[
            { value: 'guess', label: 'As the name says' },
            { value: 'higher', label: 'Higher' },
            { value: 'lower', label: 'Lower' },
          ]}
          allowDeselect={false}
          w={150}
        />
      </div>
      {group === undefined ? (
        <EmptyState title="Choose what tells the groups apart">
          {keys.length > 0
            ? 'Runs with the same value of a param form a group, best repeated with several seeds: then it can be said whether groups differ by more than chance.'
            : 'No param or tag has the same value in several of these runs. Train each variant again with other seeds (and log the seed as a param), then compare them here.'}
        </EmptyState>
      ) : (
        <QueryView query={query}>{(found) => <Verdict found={found} group={group} />}</QueryView>
      )}
      <PredictionsPanel runs={runs} />
    </>
  );
}

function Verdict({ found, group }: { found: GroupsCompared; group: string }) {
  const [compared] = found.metrics;
  if (!compared) return null;
  return (
    <>
      <section className={classes.verdict} aria-label="Verdict">
        <p>{compared.verdict}</p>
        <p className="a-dim">
          {[
            `${compared.direction === 'higher' ? 'Higher' : 'Lower'} is better: ${compared.directionReason}`,
            ...(found.pairBy === null ? [] : [`Runs are paired by ${found.pairBy}`]),
            ...(compared.correction === null ? [] : [compared.correction]),
          ].join('. ')}
          .
        </p>
        {found.notes.length > 0 ? (
          <ul>
            {found.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        ) : null}
      </section>
      <GroupIntervals compared={compared} group={group} confidence={found.confidence} />
      <ComparisonTable compared={compared} group={group} confidence={found.confidence} />
      <p className={classes.note}>
        Which test is taken when, and why, stands in docs/reference/comparing-runs.md.
        {compared.leftOut.length > 0
          ? ` ${compared.leftOut.length} of ${found.runs} runs are left out: ${[...new Set(compared.leftOut.map((one) => one.reason))].join('; ')}.`
          : ''}
      </p>
    </>
  );
}
