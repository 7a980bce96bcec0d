import { Select, Switch } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { formatNumber } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { useScheme } from '../../charts/palette.ts';
import {
  ScatterChart,
  type ScatterLine,
  type ScatterPoint,
  type ScatterSeries,
} from '../../charts/ScatterChart.tsx';
import { type Better, correlation, linearFit, loess, paretoFront } from '../../charts/trend.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { chosenColor } from '../runs/run-colors.ts';
import classes from './compare.module.css';
import { useTabSettings } from './compare-state.ts';
import { betterDirection } from './differences.ts';
import { groupName, groupRuns } from './grouping.ts';
import { ValuePicker } from './pickers.tsx';
import { isSpread, mainMetric, numericIds, runNumber, shortName } from './run-values.ts';

const COLOURED_RUNS = 8;
const LINE_POINTS = 80;

const usual = { x: '', y: '', size: '', color: '', trend: 'none', pareto: false, logX: 'auto', logY: 'auto' };
type ScatterSettings = typeof usual;

const trends = [
  { value: 'none', label: 'None' },
  { value: 'linear', label: 'Straight line' },
  { value: 'loess', label: 'LOESS' },
];

type Props = { runs: readonly Run[]; group: string | undefined };

/** Any two numbers of the runs over each other, by size and colour over two more. */
export function CompareScatter({ runs, group }: Props) {
  const router = useRouter();
  const scheme = useScheme();
  const [settings, onSettings] = useTabSettings('scatter', usual);
  const ids = useMemo(() => numericIds(runs), [runs]);
  const known = (id: string) => (ids.includes(id) ? id : undefined);
  const y = known(settings.y) ?? mainMetric(runs) ?? ids[0];
  const x = known(settings.x) ?? ids.find((id) => id !== y) ?? ids[0];
  const [size, color] = [known(settings.size), known(settings.color)];
  const series = useMemo((): ScatterSeries[] => {
    const pointOf = (run: Run): ScatterPoint[] => {
      const [px, py] = [
        x === undefined ? null : runNumber(run, x),
        y === undefined ? null : runNumber(run, y),
      ];
      if (px === null || py === null) return [];
      const more = {
        size: size === undefined ? null : runNumber(run, size),
        shade: color === undefined ? null : runNumber(run, color),
      };
      return [{ x: px, y: py, label: run.name, id: run.id, ...more }];
    };
    if (group !== undefined) {
      return groupRuns(runs, group).map(({ value, runs: members }, colour) => ({
        label: groupName(group, value),
        points: members.flatMap(pointOf),
        colour,
      }));
    }
    // A few runs keep the colours that they have in the other views; of many, the colours would say nothing.
    return runs.length <= COLOURED_RUNS
      ? runs.map((run, index) => ({
          label: run.name,
          points: pointOf(run),
          colour: chosenColor(run, scheme) ?? index,
        }))
      : [{ label: 'runs', points: runs.flatMap(pointOf) }];
  }, [runs, group, x, y, size, color, scheme]);
  const points = useMemo(() => series.flatMap((one) => one.points), [series]);
  const logX = isLog(settings.logX, points, 'x');
  const logY = isLog(settings.logY, points, 'y');
  const lines = useMemo(
    () => linesOf(points, settings, { x: x ?? '', y: y ?? '', logX, logY }),
    [points, settings, x, y, logX, logY],
  );
  const pick = useCallback(
    (point: ScatterPoint) => {
      if (point.id !== undefined) router.history.push(paths.run(point.id));
    },
    [router],
  );
  if (x === undefined || y === undefined) {
    return <EmptyState title="Nothing to draw">The runs have no two numbers in common.</EmptyState>;
  }
  return (
    <>
      <div className={classes.pickers}>
        <ValuePicker label="Across" ids={ids} value={x} onChange={(id) => onSettings({ x: id })} />
        <ValuePicker label="Up" ids={ids} value={y} onChange={(id) => onSettings({ y: id })} />
        <ValuePicker
          label="Size"
          ids={ids}
          value={size}
          onChange={(id) => onSettings({ size: id })}
          none="All the same"
        />
        <ValuePicker
          label="Colour"
          ids={ids}
          value={color}
          onChange={(id) => onSettings({ color: id })}
          none="By run or group"
        />
        <Select
          label="Trend"
          data={trends}
          value={settings.trend}
          onChange={(trend) => trend && onSettings({ trend })}
          allowDeselect={false}
          w={130}
        />
        <Switch
          label="Pareto front"
          checked={settings.pareto}
          onChange={(event) => onSettings({ pareto: event.currentTarget.checked })}
        />
        <Switch
          label="Log across"
          checked={logX}
          onChange={(event) => onSettings({ logX: event.currentTarget.checked ? 'yes' : 'no' })}
        />
        <Switch
          label="Log up"
          checked={logY}
          onChange={(event) => onSettings({ logY: event.currentTarget.checked ? 'yes' : 'no' })}
        />
      </div>
      <Panel>
        <ScatterChart
          title={`${shortName(y)} over ${shortName(x)}`}
          series={series}
          xLabel={shortName(x)}
          yLabel={shortName(y)}
          sizeLabel={size && shortName(size)}
          shadeLabel={color && shortName(color)}
          isLogX={logX}
          isLogY={logY}
          lines={lines}
          onPick={pick}
          height={420}
        />
      </Panel>
      <Facts points={points} settings={settings} x={x} y={y} logX={logX} logY={logY} />
    </>
  );
}

function isLog(choice: string, points: readonly ScatterPoint[], side: 'x' | 'y'): boolean {
  return choice === 'auto' ? isSpread(points.map((point) => point[side])) : choice === 'yes';
}

type Axes = { x: string; y: string; logX: boolean; logY: boolean };

/** Trends are fitted to what is drawn: to logarithms where the axis is one. */
function transform(points: readonly ScatterPoint[], { logX, logY }: Pick<Axes, 'logX' | 'logY'>) {
  return points
    .filter((point) => (!logX || point.x > 0) && (!logY || point.y > 0))
    .map((point) => ({ x: logX ? Math.log(point.x) : point.x, y: logY ? Math.log(point.y) : point.y }));
}

function linesOf(points: readonly ScatterPoint[], settings: ScatterSettings, axes: Axes): ScatterLine[] {
  const lines: ScatterLine[] = [];
  const plain = transform(points, axes);
  const back = ({ x, y }: { x: number; y: number }) => ({
    x: axes.logX ? Math.exp(x) : x,
    y: axes.logY ? Math.exp(y) : y,
  });
  const fit = settings.trend === 'linear' ? linearFit(plain) : null;
  if (fit) {
    const xs = plain.map((point) => point.x);
    const [from, to] = [Math.min(...xs), Math.max(...xs)];
    const along = Array.from({ length: LINE_POINTS }, (_, index) => {
      const at = from + ((to - from) * index) / (LINE_POINTS - 1);
      return back({ x: at, y: fit.intercept + fit.slope * at });
    });
    lines.push({ label: 'straight line (least squares)', points: along });
  }
  if (settings.trend === 'loess') lines.push({ label: 'LOESS', points: loess(plain).map(back) });
  if (settings.pareto) {
    const front = paretoFront(points, directionOf(axes.x), directionOf(axes.y));
    lines.push({ label: `Pareto front (${front.length})`, points: front, dash: [5, 3] });
  }
  return lines;
}

/** Metrics by their name; of a param, less is taken to be better, as of everything that costs. */
function directionOf(id: string): Better {
  return betterDirection(shortName(id)) ?? 'lower';
}

function Facts({
  points,
  settings,
  x,
  y,
  logX,
  logY,
}: Axes & { points: readonly ScatterPoint[]; settings: ScatterSettings }) {
  const r = correlation(transform(points, { logX, logY }));
  const isEither = logX || logY;
  return (
    <p className={classes.note} role="status">
      {r === null
        ? 'Too few points for a correlation.'
        : `Correlation r = ${formatNumber(r, 3)} (Pearson${isEither ? ', of logarithms where the axis is one' : ''}) over ${points.length} runs; r² = ${formatNumber(r * r, 3)}.`}
      {settings.pareto
        ? ` The front holds the runs that no other beats in both: ${shortName(x)} ${directionOf(x)}, ${shortName(y)} ${directionOf(y)} is better.`
        : null}
    </p>
  );
}
