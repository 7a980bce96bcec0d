import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Histogram as HistogramObject, type ObjectStep } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { Histogram } from '../../../charts/Histogram.tsx';
import { ink, mix, seriesStyle, useScheme } from '../../../charts/palette.ts';
import { QueryView } from '../../../components/QueryView.tsx';
import { readBytes, textOf } from '../artifacts/read-bytes.ts';
import { type StepBins, spread, toCommonBins } from './histogram-bins.ts';
import classes from './Objects.module.css';
import { fileOf } from './object-queries.ts';

type Props = {
  runId: string;
  label: string;
  steps: readonly ObjectStep[];
  index: number;
  show: (index: number) => void;
};

/** More columns than this are not told apart; the steps in between are left out of the map, not of the slider. */
const MOST_COLUMNS = 80;
const BINS = 48;

/** A histogram that changes over steps: a map of all of them, and the one at the cursor. */
export function HistogramSteps({ runId, label, steps, index, show }: Props) {
  const step = steps[index];
  const columns = useMemo(() => spread(steps.length, MOST_COLUMNS), [steps.length]);
  const map = useQueries({
    queries: columns.map((place) => histogramQuery(runId, steps[place])),
    combine: (results) => results.map((result) => result.data ?? null),
  });
  const shown = useQuery(histogramQuery(runId, step));
  return (
    <>
      <QueryView query={shown}>
        {({ edges, counts }) => (
          <Histogram
            title={`${label}, step ${formatCount(step?.step ?? 0)}`}
            edges={edges}
            series={[{ label: 'count', values: counts }]}
            height={220}
          />
        )}
      </QueryView>
      {steps.length > 1 ? (
        <StepMap columns={columns} histograms={map} steps={steps} index={index} show={show} label={label} />
      ) : null}
    </>
  );
}

function histogramQuery(runId: string, step: ObjectStep | undefined) {
  return {
    queryKey: keys.part('runs', runId, 'object-histogram', step?.path, step?.digest),
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      if (!step) return { edges: [], counts: [] };
      const bytes = await readBytes(fileOf(runId, step), 0, step.sizeBytes, signal);
      return HistogramObject.parse(JSON.parse(textOf(bytes, false)));
    },
    enabled: step !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  };
}

type MapProps = Omit<Props, 'runId'> & {
  columns: readonly number[];
  histograms: readonly (HistogramObject | null)[];
};

const WIDTH = 900;
const HEIGHT = 190;

/** Steps from left to right, values from bottom to top; the stronger the colour, the larger the share. */
function StepMap({ columns, histograms, steps, index, show, label }: MapProps) {
  const scheme = useScheme();
  const bins = useMemo((): StepBins => toCommonBins(histograms, BINS), [histograms]);
  const wide = WIDTH / Math.max(1, columns.length);
  const high = HEIGHT / BINS;
  const strong = seriesStyle(0, scheme).colour;
  const at = columns.findLastIndex((place) => place <= index);
  return (
    <figure className={classes.map}>
      <figcaption className="a-dim">
        All steps, {formatNumber(bins.min)} to {formatNumber(bins.max)} from bottom to top
        {columns.length < steps.length
          ? `; ${columns.length} of ${formatCount(steps.length)} steps are drawn`
          : ''}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label} over ${columns.length} steps`}
        onPointerDown={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const column = Math.floor(((event.clientX - box.left) / box.width) * columns.length);
          const place = columns[column];
          if (place !== undefined) show(place);
        }}
      >
        {bins.shares.flatMap((shares, column) =>
          shares.map((share, bin) =>
            share > 0 ? (
              <rect
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place.
                key={`${column} ${bin}`}
                x={column * wide}
                y={HEIGHT - (bin + 1) * high}
                width={wide + 0.3}
                height={high + 0.3}
                fill={mix(ink[scheme].grid, strong, Math.sqrt(share / bins.most))}
              />
            ) : null,
          ),
        )}
        <rect
          x={Math.max(0, at) * wide}
          y={0}
          width={wide}
          height={HEIGHT}
          fill="none"
          stroke={ink[scheme].text}
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <div className={classes.mapEnds}>
        <span>step {formatCount(steps[columns[0] ?? 0]?.step ?? 0)}</span>
        <span>step {formatCount(steps[columns.at(-1) ?? 0]?.step ?? 0)}</span>
      </div>
    </figure>
  );
}
