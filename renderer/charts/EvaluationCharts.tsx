import { formatNumber, formatPercent } from '../app/format.ts';
import { LineChart, type LineSeries } from './LineChart.tsx';

/** A curve of one run; `colour` keeps its place in the palette over several charts. */
export type RunCurve = {
  id: string;
  label: string;
  x: readonly number[];
  y: readonly number[];
  colour?: number;
};

type Props = {
  curves: readonly RunCurve[];
  height?: number;
  highlightId?: string | undefined;
  title?: string;
};

const unit = { min: 0, max: 1 };
const chance: LineSeries = { id: 'guide', label: 'chance', x: [0, 1], y: [0, 1], isGuide: true };
const perfect: LineSeries = {
  id: 'guide',
  label: 'perfectly calibrated',
  x: [0, 1],
  y: [0, 1],
  isGuide: true,
};
const share = (value: number) => formatPercent(value, 0);
const exact = (value: number) => formatNumber(value, 3);

/** Receiver operating characteristic: true positive rate over false positive rate, the diagonal being chance. */
export function RocChart({ curves, title = 'ROC curve', ...rest }: Props) {
  return (
    <LineChart
      {...rest}
      title={title}
      series={[chance, ...curves.map((curve, index) => ({ ...curve, colour: curve.colour ?? index }))]}
      xLabel="False positive rate"
      yLabel="True positive rate"
      xBounds={unit}
      yBounds={unit}
      formatX={share}
      formatY={share}
    />
  );
}

/** Precision over recall. `baseRate`, the share of positives, is what a random guess reaches. */
export function PrecisionRecallChart({
  curves,
  baseRate,
  title = 'Precision and recall',
  ...rest
}: Props & { baseRate?: number }) {
  const guide: LineSeries[] =
    baseRate === undefined
      ? []
      : [{ id: 'guide', label: 'share of positives', x: [0, 1], y: [baseRate, baseRate], isGuide: true }];
  return (
    <LineChart
      {...rest}
      title={title}
      series={[...guide, ...curves.map((curve, index) => ({ ...curve, colour: curve.colour ?? index }))]}
      xLabel="Recall"
      yLabel="Precision"
      xBounds={unit}
      yBounds={unit}
      formatX={share}
      formatY={share}
    />
  );
}

/** Observed share of positives over predicted probability; on the diagonal a prediction of 70 % comes true 70 % of the time. */
export function CalibrationChart({ curves, title = 'Calibration', ...rest }: Props) {
  return (
    <LineChart
      {...rest}
      title={title}
      series={[
        perfect,
        ...curves.map((curve, index) => ({ ...curve, colour: curve.colour ?? index, showsPoints: true })),
      ]}
      xLabel="Predicted probability"
      yLabel="Observed share"
      xBounds={unit}
      yBounds={unit}
      formatX={exact}
      formatY={exact}
    />
  );
}

const everyRow: LineSeries = { id: 'guide', label: 'at random', x: [0, 1], y: [0, 1], isGuide: true };
const noLift: LineSeries = { id: 'guide', label: 'at random', x: [0, 1], y: [1, 1], isGuide: true };

/** Share of the positives among the rows of highest probability, over the share of the rows. */
export function GainChart({ curves, title = 'Cumulative gain', ...rest }: Props) {
  return (
    <LineChart
      {...rest}
      title={title}
      series={[everyRow, ...curves.map((curve, index) => ({ ...curve, colour: curve.colour ?? index }))]}
      xLabel="Share of the rows, highest probability first"
      yLabel="Share of the positives"
      xBounds={unit}
      yBounds={unit}
      formatX={share}
      formatY={share}
    />
  );
}

/** How many times more positives than among rows picked at random; made of the curves of gains. */
export function LiftChart({ curves, title = 'Lift', ...rest }: Props) {
  const lifts = curves.map((curve, index): LineSeries => {
    const points = curve.x.flatMap((x, at) => (x > 0 ? [{ x, y: (curve.y[at] ?? 0) / x }] : []));
    return {
      ...curve,
      x: points.map((point) => point.x),
      y: points.map((point) => point.y),
      colour: curve.colour ?? index,
    };
  });
  return (
    <LineChart
      {...rest}
      title={title}
      series={[noLift, ...lifts]}
      xLabel="Share of the rows, highest probability first"
      yLabel="Times as many positives"
      xBounds={unit}
      formatX={share}
      formatY={exact}
    />
  );
}
