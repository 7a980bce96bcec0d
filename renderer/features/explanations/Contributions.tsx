import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Explanation } from '../../../local-api/contract/index.ts';
import { formatPlural } from '../../app/format.ts';
import { Beeswarm } from '../../charts/Beeswarm.tsx';
import { ScatterChart } from '../../charts/ScatterChart.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './explanations.module.css';
import { numbersOfCells, strongestInputs, swarmOf } from './points.ts';
import { scaleName } from './words.ts';

const most = 14;

/** Contributions of all rows: a swarm an input, and one input against its values. */
export function Contributions({ explanation, output }: { explanation: Explanation; output: number }) {
  const { shapley, target } = explanation;
  const own = shapley.outputs[output];
  const inputs = useMemo(() => (own === undefined ? [] : strongestInputs(own, most)), [own]);
  const swarms = useMemo(
    () => (own === undefined ? [] : swarmOf(shapley, own, inputs)),
    [shapley, own, inputs],
  );
  const [chosen, setChosen] = useState<string | null>(null);
  if (own === undefined) return null;
  const scale = scaleName(shapley.scale, own.output, target);
  const name = chosen ?? shapley.inputs[inputs[0] ?? 0] ?? '';
  const input = shapley.inputs.indexOf(name);
  const { values, categories } = numbersOfCells(shapley.cells[input] ?? []);
  const points = (own.contributions[input] ?? []).flatMap((y, row) => {
    const x = values[row] ?? null;
    return x === null ? [] : [{ x, y, ...(categories === null ? {} : { label: categories[x] ?? '' }) }];
  });
  const missing = values.filter((value) => value === null).length;
  const formatX = categories === null ? undefined : (value: number) => categories[value] ?? '';
  return (
    <div className={classes.columns}>
      <Panel title="All rows">
        <Beeswarm
          title="Contributions by input"
          hidesTitle
          swarms={swarms}
          valueLabel={`moves ${scale} by`}
        />
      </Panel>
      <Panel
        title="One input"
        aside={
          <Select
            aria-label="Input"
            data={shapley.inputs}
            value={name}
            onChange={setChosen}
            allowDeselect={false}
            searchable
            size="xs"
          />
        }
      >
        <ScatterChart
          title={`Contribution of ${name} by its value`}
          hidesTitle
          series={[{ label: name, points }]}
          xLabel={name}
          yLabel={`moves ${scale} by`}
          {...(formatX === undefined ? {} : { formatX })}
          height={300}
        />
        {missing > 0 ? (
          <p className={classes.note}>{formatPlural(missing, 'row')} without a value not drawn.</p>
        ) : null}
      </Panel>
    </div>
  );
}
