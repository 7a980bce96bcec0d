import { Select, Switch } from '@mantine/core';
import { useState } from 'react';
import type { Explanation, FeatureEffect, JointEffect } from '../../../local-api/contract/index.ts';
import { formatPercent } from '../../app/format.ts';
import { CategoryBars } from '../../charts/CategoryBars.tsx';
import { Heatmap } from '../../charts/Heatmap.tsx';
import { LineChart, type LineSeries } from '../../charts/LineChart.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './explanations.module.css';
import { numbersOfCells } from './points.ts';
import { cellText } from './words.ts';

/** How the answer changes with one input, and with two at once. */
export function Effects({ explanation, output }: { explanation: Explanation; output: number }) {
  const { effects, joint, target, task } = explanation;
  const [chosen, setChosen] = useState<string | null>(null);
  const [showsLines, setShowsLines] = useState(true);
  const effect = effects.find(({ name }) => name === chosen) ?? effects[0];
  if (effect === undefined)
    return <EmptyState title="No effects">The rows hold no values to vary.</EmptyState>;
  const name = effect.outputs[output]?.output ?? null;
  const answer = task === 'classification' ? `probability of ${name}` : target;
  const format = task === 'classification' ? (value: number) => formatPercent(value, 0) : undefined;
  return (
    <div className={classes.columns}>
      <Panel
        title="One input"
        aside={
          <span className={classes.pickers}>
            <Switch
              label="Single rows"
              size="xs"
              checked={showsLines}
              onChange={(event) => setShowsLines(event.currentTarget.checked)}
            />
            <Select
              aria-label="Input varied"
              data={effects.map((one) => one.name)}
              value={effect.name}
              onChange={setChosen}
              allowDeselect={false}
              size="xs"
            />
          </span>
        }
      >
        <Effect effect={effect} output={output} answer={answer} showsLines={showsLines} format={format} />
      </Panel>
      {joint === null ? null : (
        <Panel title={`${joint.names[0]} and ${joint.names[1]}`}>
          <Joint joint={joint} output={output} answer={answer} format={format} />
        </Panel>
      )}
    </div>
  );
}

type Format = ((value: number) => string) | undefined;
type EffectProps = {
  effect: FeatureEffect;
  output: number;
  answer: string;
  showsLines: boolean;
  format: Format;
};

function Effect({ effect, output, answer, showsLines, format }: EffectProps) {
  const own = effect.outputs[output];
  if (own === undefined) return null;
  const title = `Partial dependence of ${answer} on ${effect.name}`;
  if (effect.kind === 'category') {
    return (
      <>
        <CategoryBars
          title={title}
          hidesTitle
          labels={effect.grid.map(cellText)}
          series={[{ label: 'mean answer', values: own.mean }]}
          valueLabel={answer}
          {...(format === undefined ? {} : { format })}
        />
        <p className={classes.note}>The mean answer when every row has this value, whatever else it holds.</p>
      </>
    );
  }
  const x = numbersOfCells(effect.grid).values.map((value) => value ?? Number.NaN);
  const level = own.mean.reduce((sum, value) => sum + value, 0) / Math.max(1, own.mean.length);
  const series: LineSeries[] = [
    ...(showsLines
      ? own.lines.map((y, row) => ({ id: `row ${row}`, label: `row ${row + 1}`, x, y, isGuide: true }))
      : []),
    { id: 'mean', label: 'partial dependence', x, y: own.mean, colour: 0, showsPoints: true },
    ...(own.accumulated === null
      ? []
      : [
          {
            id: 'accumulated',
            label: 'accumulated local effects',
            x,
            y: own.accumulated.map((value) => value + level),
            colour: 1,
          },
        ]),
  ];
  return (
    <>
      <LineChart
        title={title}
        hidesTitle
        summary={`${title}: ${own.mean.length} points, ${own.lines.length} single rows.`}
        series={series}
        xLabel={effect.name}
        yLabel={answer}
        {...(format === undefined ? {} : { formatY: format })}
        {...(effect.kind === 'time'
          ? { formatX: (ms: number) => new Date(ms).toISOString().slice(0, 10) }
          : {})}
        height={300}
      />
      <p className={classes.note}>
        Partial dependence is the mean answer when every row has this value; dashed lines are single rows.
        Accumulated local effects only move rows to values nearby, so inputs that go together do not mislead
        them.
      </p>
    </>
  );
}

type JointProps = { joint: JointEffect; output: number; answer: string; format: Format };

function Joint({ joint, output, answer, format }: JointProps) {
  const own = joint.outputs[output];
  if (own === undefined) return null;
  const [first, second] = joint.names;
  return (
    <>
      <Heatmap
        title={`${answer} by ${first} and ${second}`}
        hidesTitle
        rowLabels={joint.grids[0].map(cellText)}
        columnLabels={joint.grids[1].map(cellText)}
        values={own.mean}
        rowTitle={first}
        columnTitle={second}
        {...(format === undefined ? {} : { format })}
      />
      <p className={classes.note}>The mean answer when every row has both values.</p>
    </>
  );
}
