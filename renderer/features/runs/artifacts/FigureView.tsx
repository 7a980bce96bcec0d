import { useEffect, useMemo, useRef, useState } from 'react';
import { useScheme } from '../../../charts/palette.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { LoadingState } from '../../../components/LoadingState.tsx';
import classes from './ArtifactsView.module.css';
import { fromPlotly, type ReadFigure } from './plotly-figure.ts';

type Props = { figure: unknown; label: string };

/** A logged figure: Vega-Lite and Vega as they are, Plotly translated. */
export function FigureView({ figure, label }: Props) {
  const read = useMemo(() => readFigure(figure), [figure]);
  if (read === null) {
    return (
      <EmptyState title="This is no figure that can be drawn">
        Figures are specifications of Vega-Lite or Vega, and figures of Plotly.
      </EmptyState>
    );
  }
  return (
    <>
      <Drawing spec={read.spec} label={label} />
      {read.unknown.length > 0 ? (
        <p className={classes.note}>
          Not drawn here: {read.unknown.join(', ')}. Scatter, line, bar, histogram, heat map, box and pie are.
        </p>
      ) : null}
    </>
  );
}

/** Whether a value of JSON is a figure. */
export function isFigure(value: unknown): boolean {
  return readFigure(value) !== null;
}

function readFigure(value: unknown): ReadFigure | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const spec = value as Record<string, unknown>;
  const schema = typeof spec.$schema === 'string' ? spec.$schema : '';
  if (/vega/.test(schema)) return { spec, unknown: [] };
  if (Array.isArray(spec.data) && spec.data.every((trace) => typeof trace === 'object' && trace !== null)) {
    return fromPlotly(spec);
  }
  const isLite = ['mark', 'layer', 'hconcat', 'vconcat', 'concat', 'facet', 'repeat'].some(
    (key) => key in spec,
  );
  return isLite && ('encoding' in spec || 'data' in spec || 'spec' in spec) ? { spec, unknown: [] } : null;
}

function Drawing({ spec, label }: { spec: Record<string, unknown>; label: string }) {
  const element = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  const [state, setState] = useState<'drawing' | 'drawn' | Error>('drawing');
  useEffect(() => {
    const container = element.current;
    if (!container) return;
    let isGone = false;
    let remove = () => {};
    const draw = async () => {
      const { drawFigure } = await import('./vega-figure.ts');
      if (isGone) return;
      remove = await drawFigure(container, spec, scheme);
      if (isGone) remove();
      else setState('drawn');
    };
    draw().catch((error: unknown) => {
      if (!isGone) setState(error instanceof Error ? error : new Error(String(error)));
    });
    return () => {
      isGone = true;
      remove();
      container.replaceChildren();
    };
  }, [spec, scheme]);
  return (
    <>
      {state === 'drawing' ? <LoadingState rows={6} label="Loading the figure" /> : null}
      {state instanceof Error ? (
        <EmptyState title="The figure cannot be drawn">{state.message}</EmptyState>
      ) : null}
      <div ref={element} role="img" aria-label={label} className={classes.figure} />
    </>
  );
}
