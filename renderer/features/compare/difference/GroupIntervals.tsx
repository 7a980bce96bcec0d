import { useMemo } from 'react';
import type { MetricComparison } from '../../../../local-api/contract/index.ts';
import { formatPlural } from '../../../app/format.ts';
import { IntervalChart, type IntervalRow } from '../../../charts/IntervalChart.tsx';
import { Panel } from '../../../components/Panel.tsx';
import classes from '../compare.module.css';
import { groupName } from '../grouping.ts';

type Props = { compared: MetricComparison; group: string; confidence: number };

/** The groups with their means, and the differences between them: an interval that does not touch zero is one that shows. */
export function GroupIntervals({ compared, group, confidence }: Props) {
  const interval = `${Math.round(confidence * 1000) / 10} % interval`;
  const means = useMemo(
    (): IntervalRow[] =>
      compared.groups.flatMap((one, index) =>
        one.mean === null
          ? []
          : [
              {
                label: groupName(group, one.value),
                value: one.mean,
                interval: one.interval,
                points: one.values,
                colour: index,
                note: formatPlural(one.n, 'run'),
              },
            ],
      ),
    [compared.groups, group],
  );
  const differences = useMemo(
    (): IntervalRow[] =>
      compared.comparisons.flatMap((one) =>
        one.difference === null
          ? []
          : [
              {
                label: `${one.b ?? '(none)'} − ${one.a ?? '(none)'}`,
                value: one.difference,
                interval: one.interval,
                colour: one.outcome === 'a-better' || one.outcome === 'b-better' ? 2 : 7,
                note: one.method?.name ?? 'no test possible',
              },
            ],
      ),
    [compared.comparisons],
  );
  return (
    <div className={classes.columns}>
      <Panel>
        <IntervalChart
          title={`Mean ${compared.metric} of each group`}
          rows={means}
          valueLabel={compared.metric}
          intervalLabel={`${interval} of the mean`}
        />
      </Panel>
      {differences.length > 0 ? (
        <Panel>
          <IntervalChart
            title={`Differences of ${compared.metric}`}
            rows={differences}
            valueLabel="difference of means"
            intervalLabel={`${interval} of the difference`}
            reference={0}
          />
        </Panel>
      ) : null}
    </div>
  );
}
