import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RegressionEvaluation } from '../../../../local-api/contract/index.ts';
import { formatCount, formatPercent } from '../../../app/format.ts';
import { Histogram } from '../../../charts/Histogram.tsx';
import { IntervalChart } from '../../../charts/IntervalChart.tsx';
import { ScatterChart } from '../../../charts/ScatterChart.tsx';
import { Panel } from '../../../components/Panel.tsx';
import classes from './evaluation.module.css';

/** Predictions against the truth, and what the residuals look like. */
export function RegressionView({ evaluation }: { evaluation: RegressionEvaluation }) {
  const { predictedVsActual, residuals, normalQuantiles, residualsByFeature = [] } = evaluation;
  const { pairs, remains } = useMemo(() => {
    const rows = predictedVsActual.actual.map((actual, index) => ({
      actual,
      predicted: predictedVsActual.predicted[index] ?? Number.NaN,
    }));
    return {
      pairs: [
        { label: 'test rows', points: rows.map(({ actual, predicted }) => ({ x: actual, y: predicted })) },
      ],
      remains: [
        {
          label: 'test rows',
          points: rows.map(({ actual, predicted }) => ({ x: predicted, y: actual - predicted })),
        },
      ],
    };
  }, [predictedVsActual]);
  const bars = useMemo(() => [{ label: 'test rows', values: residuals.counts }], [residuals]);
  const quantiles = useMemo(
    () => [
      {
        label: 'test rows',
        points: (normalQuantiles?.x ?? []).map((x, index) => ({
          x,
          y: normalQuantiles?.y[index] ?? Number.NaN,
        })),
      },
    ],
    [normalQuantiles],
  );
  return (
    <>
      <div className={classes.charts}>
        <Panel>
          <ScatterChart
            title="Predicted over actual"
            series={pairs}
            xLabel="Actual"
            yLabel="Predicted"
            showsDiagonal
            height={320}
          />
        </Panel>
        <Panel>
          <Histogram
            title="Residuals"
            edges={residuals.edges}
            series={bars}
            xLabel="Actual less predicted"
            yLabel="Rows"
            height={320}
          />
        </Panel>
        <Panel>
          <ScatterChart
            title="Residuals over predicted"
            series={remains}
            xLabel="Predicted"
            yLabel="Actual less predicted"
            height={320}
          />
        </Panel>
        {normalQuantiles && normalQuantiles.x.length > 0 ? (
          <Panel>
            <ScatterChart
              title="Normal quantiles of the residuals"
              series={quantiles}
              xLabel="Standard normal quantile"
              yLabel="Standardised residual"
              showsDiagonal
              height={320}
            />
          </Panel>
        ) : null}
      </div>
      {residualsByFeature.length > 0 ? <ByFeature features={residualsByFeature} /> : null}
    </>
  );
}

type Features = NonNullable<RegressionEvaluation['residualsByFeature']>;

function ByFeature({ features }: { features: Features }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const feature = features.find(({ column }) => column === chosen) ?? features[0];
  if (feature === undefined) return null;
  return (
    <Panel
      title="Residuals by feature"
      aside={
        <Select
          aria-label="Feature"
          size="xs"
          w={220}
          data={features.map(({ column }) => column)}
          value={feature.column}
          onChange={setChosen}
          allowDeselect={false}
        />
      }
    >
      <IntervalChart
        title={`Mean residual by ${feature.column}`}
        valueLabel="Mean of actual less predicted"
        intervalLabel="Student’s interval"
        reference={0}
        rows={feature.groups.map(({ name, rows, mean, low, high }) => ({
          label: name,
          value: mean,
          interval: { low, high },
          note: `${formatCount(rows)} rows`,
        }))}
      />
      <p className={classes.note}>
        Away from 0 there is something that the model has not learnt: {feature.column} tells{' '}
        {formatPercent(feature.share)} of the variance of the residuals.
      </p>
    </Panel>
  );
}
