import { Button, NumberInput, Slider } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ClassificationEvaluation } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent } from '../../../app/format.ts';
import { LineChart, type LineSeries } from '../../../charts/LineChart.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import classes from './evaluation.module.css';
import { answersAt, type Costs, leastCost, type Thresholds } from './threshold-counts.ts';

type Props = { evaluation: ClassificationEvaluation; thresholds: Thresholds };

const unit = { min: 0, max: 1 };
const share = (value: number) => formatPercent(value, 0);

/** What the test part would look like at another threshold, with its costs. */
export function ThresholdPanel({ evaluation, thresholds }: Props) {
  const { classes: names, positive, thresholdChoice } = evaluation;
  const own = Math.max(0, thresholds.at.indexOf(evaluation.threshold));
  const [place, setPlace] = useState(own);
  const [costs, setCosts] = useState<Costs>(
    thresholdChoice?.by === 'cost' ? thresholdChoice.costs : { falsePositive: 1, falseNegative: 1 },
  );
  const all = useMemo(
    () => thresholds.at.map((_, at) => answersAt(evaluation, thresholds, at, costs)),
    [evaluation, thresholds, costs],
  );
  const shown = all[place] ?? answersAt(evaluation, thresholds, own, costs);
  const cost = (key: keyof Costs, label: string) => (
    <NumberInput
      label={label}
      value={costs[key]}
      min={0}
      w={150}
      onChange={(value) => setCosts({ ...costs, [key]: Number(value) || 0 })}
    />
  );
  return (
    <Panel
      title="Threshold and confusion matrix"
      aside={
        <>
          <Button size="compact-xs" variant="default" onClick={() => setPlace(own)} disabled={place === own}>
            The model’s own
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() =>
              setPlace(leastCost((at) => all[at]?.cost ?? Number.POSITIVE_INFINITY, all.length, own))
            }
          >
            Least cost
          </Button>
        </>
      }
    >
      <div className={classes.sides}>
        <div className={classes.stack}>
          <div>
            <span id="evaluation-threshold">
              “{positive}” is answered from a probability of <b>{formatNumber(shown.threshold, 3)}</b> on
              {place === own ? ', as the model does' : ''}
            </span>
            <Slider
              value={place}
              onChange={setPlace}
              min={0}
              max={thresholds.at.length - 1}
              label={(at) => formatNumber(thresholds.at[at] ?? 0, 3)}
              thumbLabel="Threshold"
              thumbProps={{ 'aria-valuetext': formatNumber(shown.threshold, 3) }}
              my={6}
            />
          </div>
          <div className={classes.controls}>
            {cost('falsePositive', 'A false alarm costs')}
            {cost('falseNegative', 'A miss costs')}
          </div>
          <dl className={classes.facts} aria-label="At this threshold" aria-live="polite">
            {(
              [
                ['precision', shown.precision],
                ['recall', shown.recall],
                ['specificity', shown.specificity],
                ['F1', shown.f1],
              ] as const
            ).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value === null ? 'not defined' : formatNumber(value, 3)}</dd>
              </div>
            ))}
            <div>
              <dt>cost</dt>
              <dd>{Number.isInteger(shown.cost) ? formatCount(shown.cost) : formatNumber(shown.cost, 6)}</dd>
            </div>
          </dl>
          <ConfusionMatrix classes={names} counts={shown.confusion} />
          <p className={classes.note}>
            Trying a threshold changes nothing. To keep one, give it to the recipe as <code>threshold</code>.
            One that is chosen on validation rows (<code>by: cost</code>) makes no use of these test rows.
          </p>
        </div>
        <ThresholdCurves all={all} at={shown.threshold} />
      </div>
    </Panel>
  );
}

function ThresholdCurves({ all, at }: { all: readonly ReturnType<typeof answersAt>[]; at: number }) {
  const curves = useMemo((): LineSeries[] => {
    const x = all.map(({ threshold }) => threshold);
    const most = Math.max(...all.map(({ cost }) => cost));
    return [
      { id: 'precision', label: 'precision', x, y: all.map(({ precision }) => precision), colour: 0 },
      { id: 'recall', label: 'recall', x, y: all.map(({ recall }) => recall), colour: 1 },
      { id: 'f1', label: 'F1', x, y: all.map(({ f1 }) => f1), colour: 2 },
      ...(most > 0
        ? [
            {
              id: 'cost',
              label: 'cost, as a share of the highest',
              x,
              y: all.map(({ cost }) => cost / most),
              colour: 3,
            },
          ]
        : []),
    ];
  }, [all]);
  const series = useMemo(
    (): LineSeries[] => [
      { id: 'guide', label: 'this threshold', x: [at, at], y: [0, 1], isGuide: true },
      ...curves,
    ],
    [curves, at],
  );
  return (
    <LineChart
      title="By threshold"
      series={series}
      xLabel="Threshold"
      yLabel="Share"
      xBounds={unit}
      yBounds={unit}
      formatX={(value) => formatNumber(value, 3)}
      formatY={share}
      height={300}
    />
  );
}
