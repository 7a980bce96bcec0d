import { MultiSelect, Select } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { ParallelCoordinates } from '../../charts/ParallelCoordinates.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './compare.module.css';
import { mainMetric, metricIds, runValue, varyingParamIds } from './run-values.ts';

const AXES_AT_FIRST = 7;

type Props = { runs: readonly Run[]; chosen: string | undefined; onChoose: (metric: string) => void };

/** How the parameters that differ lead to a metric. */
export function CompareParallel({ runs, chosen, onChoose }: Props) {
  const router = useRouter();
  const metrics = useMemo(() => metricIds(runs), [runs]);
  const varying = useMemo(() => varyingParamIds(runs), [runs]);
  const [shown, setShown] = useState<string[] | null>(null);
  const metric = chosen !== undefined && metrics.includes(chosen) ? chosen : mainMetric(runs);
  const ids = useMemo(
    () => [...(shown ?? varying.slice(0, AXES_AT_FIRST)), ...(metric === undefined ? [] : [metric])],
    [shown, varying, metric],
  );
  const axes = useMemo(() => ids.map((id) => ({ label: id.replace(/^(params|metrics)\./, '') })), [ids]);
  const lines = useMemo(
    () => runs.map((run) => ({ id: run.id, label: run.name, values: ids.map((id) => runValue(run, id)) })),
    [runs, ids],
  );
  if (metric === undefined || (varying.length === 0 && metrics.length < 2)) {
    return (
      <EmptyState title="Nothing to draw">
        Parallel coordinates need a metric and at least one parameter that differs between the runs.
      </EmptyState>
    );
  }
  return (
    <>
      <div className={classes.pickers}>
        <MultiSelect
          label="Parameters and metrics"
          data={[...varying, ...metrics.filter((id) => id !== metric)]}
          value={ids.slice(0, -1)}
          onChange={setShown}
          searchable
          miw={320}
          maw={640}
        />
        <Select
          label="Leading to"
          data={metrics}
          value={metric}
          onChange={(value) => value && onChoose(value)}
          searchable
          allowDeselect={false}
        />
      </div>
      <Panel>
        <ParallelCoordinates
          title="Parameters and metric"
          axes={axes}
          lines={lines}
          onPick={(id) => router.history.push(paths.run(id))}
          height={380}
        />
      </Panel>
    </>
  );
}
