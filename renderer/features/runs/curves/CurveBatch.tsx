import { useIntersection } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { client } from '../../../app/api.ts';
import { keys } from '../../../app/queries.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { LoadingState } from '../../../components/LoadingState.tsx';
import classes from '../CurvesView.module.css';
import { CurveCard } from './CurveCard.tsx';
import {
  type CurvesGroup,
  type CurvesRun,
  indexSeries,
  type SeriesIndex,
  stepsWithin,
} from './curve-lines.ts';
import type { CardGroup } from './curve-sections.ts';
import { axisOfText, type CurveSettings, zoomOfSettings } from './curve-settings.ts';

type Props = {
  cards: readonly CardGroup[];
  /** There is no other card on the page: it takes the whole width. */
  isOnly: boolean;
  runs: readonly CurvesRun[];
  groups: readonly CurvesGroup[] | undefined;
  settings: CurveSettings;
  onSettings: (change: Partial<CurveSettings>) => void;
  highlightId: string | undefined;
  onHighlight: (id: string | null) => void;
  onPick?: ((runId: string) => void) | undefined;
};

/** Points that one request brings at most, all curves together. */
const POINTS = 120_000;
const NONE: SeriesIndex = new Map();

/** Some cards whose curves are read in one request, once they come near the window. */
export function CurveBatch({ cards, isOnly, ...rest }: Props) {
  const { runs, settings } = rest;
  const { ref, entry } = useIntersection<HTMLDivElement>({ rootMargin: '400px' });
  const [wasSeen, setSeen] = useState(false);
  useEffect(() => {
    if (entry?.isIntersecting) setSeen(true);
  }, [entry]);
  const axis = axisOfText(settings.axis);
  const along = typeof axis === 'string' ? null : axis.metric;
  const metricKeys = useMemo(
    () => [...new Set([...cards.flatMap((card) => card.keys), ...(along === null ? [] : [along])])],
    [cards, along],
  );
  const runIds = useMemo(() => runs.map((run) => run.id), [runs]);
  const maxPoints = Math.min(1000, Math.max(60, Math.floor(POINTS / (runs.length * metricKeys.length))));
  const query = useQuery({
    queryKey: keys.series(runIds, metricKeys, maxPoints),
    queryFn: ({ signal }) => client.runs.metrics({ body: { runIds, keys: metricKeys, maxPoints }, signal }),
    enabled: wasSeen,
    placeholderData: keepPreviousData,
  });
  const whole = useMemo(() => (query.data ? indexSeries(query.data.series) : NONE), [query.data]);
  const zoom = useMemo(() => zoomOfSettings(settings.from, settings.to), [settings.from, settings.to]);
  const steps = useMemo(
    () =>
      zoom && whole !== NONE
        ? stepsWithin({ whole, axis: axisOfText(settings.axis) }, runIds, metricKeys, zoom)
        : null,
    [zoom, whole, settings.axis, runIds, metricKeys],
  );
  const closer = useQuery({
    queryKey: keys.series(runIds, metricKeys, maxPoints, steps),
    queryFn: ({ signal }) =>
      client.runs.metrics({ body: { runIds, keys: metricKeys, maxPoints, ...steps }, signal }),
    enabled: steps !== null,
  });
  const shown = useMemo(
    () => (steps !== null && closer.data ? indexSeries(closer.data.series) : whole),
    [steps, closer.data, whole],
  );
  return (
    <div ref={ref} className={classes.charts} data-count={isOnly ? 'one' : 'many'}>
      {query.data === undefined ? (
        query.error ? (
          <ErrorState error={query.error} retry={() => void query.refetch()} />
        ) : (
          <LoadingState rows={6} />
        )
      ) : (
        cards.map((card) => <CurveCard key={card.title} card={card} whole={whole} shown={shown} {...rest} />)
      )}
    </div>
  );
}
