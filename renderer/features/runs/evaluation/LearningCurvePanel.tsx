import type { LearningCurve } from '../../../../local-api/contract/index.ts';
import { formatCount } from '../../../app/format.ts';
import { LineChart } from '../../../charts/LineChart.tsx';
import { Panel } from '../../../components/Panel.tsx';

/** Whether more rows would help: the two curves still apart, and that of the test part still falling. */
export function LearningCurvePanel({ curve: { metric, rows, train, test } }: { curve: LearningCurve }) {
  return (
    <Panel>
      <LineChart
        title="Learning curve"
        series={[
          { id: 'train', label: 'rows trained on', x: rows, y: train, colour: 1, showsPoints: true },
          { id: 'test', label: 'test rows', x: rows, y: test, colour: 0, showsPoints: true },
        ]}
        xLabel="Training rows"
        yLabel={metric}
        formatX={formatCount}
        height={280}
      />
    </Panel>
  );
}
