import type { Explanation } from '../../../local-api/contract/index.ts';
import { formatCount, formatNumber } from '../../app/format.ts';
import { CategoryBars } from '../../charts/CategoryBars.tsx';
import { IntervalChart } from '../../charts/IntervalChart.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './explanations.module.css';
import { strongestInputs } from './points.ts';
import { metricName, scaleName } from './words.ts';

const most = 25;
const clear = 0.05;

/** Which inputs matter: by the harm of shuffling them, and by the size of their contributions. */
export function ImportanceView({ explanation, output }: { explanation: Explanation; output: number }) {
  const { importance, shapley, target } = explanation;
  const own = shapley.outputs[output];
  const inputs = own === undefined ? [] : strongestInputs(own, most);
  return (
    <div className={classes.columns}>
      {importance === null ? null : (
        <Panel title="Permutation importance">
          <IntervalChart
            title={`Harm to ${metricName(importance.metric)} when one input is shuffled`}
            rows={importance.features.slice(0, most).map(({ name, mean, low, high, pValue }) => ({
              label: name,
              value: mean,
              interval: { low, high },
              note:
                pValue < clear
                  ? `p = ${formatNumber(pValue, 2)}`
                  : `p = ${formatNumber(pValue, 2)}, not shown to matter`,
            }))}
            valueLabel={`harm to ${metricName(importance.metric)}`}
            intervalLabel="95 % interval over the shuffles"
            reference={0}
          />
          <p className={classes.note}>
            {metricName(importance.metric)} is {formatNumber(importance.baseline, 4)} on{' '}
            {formatCount(importance.rows)} rows as they are; each input is shuffled {importance.repeats}{' '}
            times. What two inputs both tell counts for neither.
          </p>
        </Panel>
      )}
      {own === undefined ? null : (
        <Panel title="Size of contributions">
          <CategoryBars
            title="Mean size of the contribution"
            hidesTitle
            labels={inputs.map((input) => shapley.inputs[input] ?? '')}
            series={[{ label: 'mean size', values: inputs.map((input) => own.meanAbs[input] ?? 0) }]}
            valueLabel={scaleName(shapley.scale, own.output, target)}
          />
        </Panel>
      )}
    </div>
  );
}
