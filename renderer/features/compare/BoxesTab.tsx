import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { type BoxGroup, BoxPlot } from '../../charts/BoxPlot.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './compare.module.css';
import { useTabSettings } from './compare-state.ts';
import { groupKeys, groupRuns } from './grouping.ts';
import { ValuePicker } from './pickers.tsx';
import { mainMetric, metricIds, runNumber, shortName, varyingParamIds } from './run-values.ts';

const MOST_GROUPS = 30;
const usual = { by: '', metric: '' };

type Props = { runs: readonly Run[]; group: string | undefined };

/** How a metric is spread within each value of a param. */
export function BoxesTab({ runs, group }: Props) {
  const router = useRouter();
  const [settings, onSettings] = useTabSettings('boxes', usual);
  const metrics = useMemo(() => metricIds(runs), [runs]);
  const keys = useMemo(() => [...new Set([...groupKeys(runs), ...varyingParamIds(runs)])], [runs]);
  const metric = metrics.includes(settings.metric) ? settings.metric : mainMetric(runs);
  const by = keys.includes(settings.by) ? settings.by : (group ?? keys[0]);
  const groups = useMemo((): BoxGroup[] => {
    if (metric === undefined || by === undefined) return [];
    return groupRuns(runs, by)
      .slice(0, MOST_GROUPS)
      .map(({ value, runs: members }, colour) => ({
        name: value ?? '(none)',
        colour,
        points: members.flatMap((run) => {
          const number = runNumber(run, metric);
          return number === null ? [] : [{ value: number, label: run.name, id: run.id }];
        }),
      }));
  }, [runs, by, metric]);
  if (metric === undefined || by === undefined) {
    return (
      <EmptyState title="Nothing to draw">
        Box plots need a metric and a parameter that differs between the runs.
      </EmptyState>
    );
  }
  return (
    <>
      <div className={classes.pickers}>
        <ValuePicker label="By" ids={keys} value={by} onChange={(id) => onSettings({ by: id })} />
        <ValuePicker
          label="Metric"
          ids={metrics}
          value={metric}
          onChange={(id) => onSettings({ metric: id })}
        />
      </div>
      <Panel>
        <BoxPlot
          title={`${shortName(metric)} by ${shortName(by)}`}
          groups={groups}
          xLabel={shortName(by)}
          yLabel={shortName(metric)}
          onPick={(id) => router.history.push(paths.run(id))}
          height={400}
        />
      </Panel>
      <p className={classes.note}>
        Boxes reach from the lower to the upper quartile with the median across; whiskers to the outermost run
        within 1.5 times that distance.
      </p>
    </>
  );
}
