import { useElementSize, useMergedRef } from '@mantine/hooks';
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { horizontalTicks, labelWidth, type PlotAxis, type Tick, verticalTicks } from './axes.ts';
import classes from './Plot.module.css';
import { type Ink, ink, type Scheme, useScheme } from './palette.ts';
import type { Range } from './scale.ts';

/** Where things stand on a plot, in pixels of its drawing. */
export type Frame = {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Pixel of a value, or of the middle of the n-th name. */
  x: (value: number) => number;
  y: (value: number) => number;
  xValue: (pixel: number) => number;
  yValue: (pixel: number) => number;
  ink: Ink;
  scheme: Scheme;
};

export type Zoom = { x: Range; y: Range };
export type Pixel = { x: number; y: number };

type Props = {
  svgRef: RefObject<SVGSVGElement | null>;
  summary: string;
  height: number;
  x: PlotAxis;
  y: PlotAxis;
  /** `xy`: a drag marks a rectangle, not only a stretch. */
  zoomMode?: 'x' | 'xy';
  /** A range was dragged over; null: everything is to be shown again (double click, Escape, 0). */
  onZoom?: ((zoom: Zoom | null) => void) | undefined;
  onPoint?: ((at: Pixel | null, frame: Frame) => void) | undefined;
  onPress?: ((at: Pixel, frame: Frame) => void) | undefined;
  /** Keys that the chart understands besides those of zooming. */
  onKey?: ((event: KeyboardEvent, frame: Frame) => void) | undefined;
  /** Marks, clipped to the plot. */
  children: (frame: Frame) => ReactNode;
  /** HTML over the drawing: a tooltip. */
  overlay?: ((frame: Frame) => ReactNode) | undefined;
};

const TOP = 6;
const RIGHT = 12;
const BOTTOM = 20;
const LABEL = 16;
const DRAG_FROM = 6;
const WHEEL_FACTOR = 1.25;

/**
 * A drawing over two axes, as SVG of the size it is shown in. Drag to look closer, Ctrl and the wheel (or + and -) to go in
 * and out, double click (or 0) to see everything.
 */
export function Plot(props: Props) {
  const { svgRef, summary, height, x, y, onZoom, onPoint, onPress, onKey, zoomMode = 'x' } = props;
  const scheme = useScheme();
  const clip = useId();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ from: Pixel; to: Pixel } | null>(null);
  const bottom = BOTTOM + (x.label === undefined ? 0 : LABEL);
  const plotHeight = Math.max(20, height - TOP - bottom);
  const yTicks = useMemo(() => verticalTicks(y, plotHeight), [y, plotHeight]);
  const left = labelWidth(yTicks) + (y.label === undefined ? 0 : LABEL);
  const plotWidth = Math.max(20, width - left - RIGHT);
  const xTicks = useMemo(() => horizontalTicks(x, plotWidth), [x, plotWidth]);
  const frame = useMemo(
    (): Frame => ({
      left,
      top: TOP,
      width: plotWidth,
      height: plotHeight,
      x: (value) => left + placeOn(x, value) * plotWidth,
      y: (value) => TOP + (1 - placeOn(y, value)) * plotHeight,
      xValue: (pixel) => valueOn(x, (pixel - left) / plotWidth),
      yValue: (pixel) => valueOn(y, 1 - (pixel - TOP) / plotHeight),
      ink: ink[scheme],
      scheme,
    }),
    [left, plotWidth, plotHeight, x, y, scheme],
  );

  const zoomAround = (factor: number, at?: Pixel) => {
    const [cx, cy] = [at?.x ?? left + plotWidth / 2, at?.y ?? TOP + plotHeight / 2];
    const isBoth = zoomMode === 'xy';
    onZoom?.(
      zoomOf(
        frame,
        { x: cx - (cx - left) * factor, y: isBoth ? cy - (cy - TOP) * factor : TOP },
        {
          x: cx + (left + plotWidth - cx) * factor,
          y: isBoth ? cy + (TOP + plotHeight - cy) * factor : TOP + plotHeight,
        },
      ),
    );
  };
  const wheel = useRef(zoomAround);
  wheel.current = zoomAround;
  useEffect(() => {
    const element = box.current;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const { left: originX, top: originY } = (event.currentTarget as Element).getBoundingClientRect();
      wheel.current(event.deltaY < 0 ? 1 / WHEEL_FACTOR : WHEEL_FACTOR, {
        x: event.clientX - originX,
        y: event.clientY - originY,
      });
    };
    // React's own listener may not prevent the page from being zoomed.
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, []);

  const pixelOf = (event: PointerEvent<Element>): Pixel => {
    const origin = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - origin.left, y: event.clientY - origin.top };
  };
  const inside = (at: Pixel): Pixel => ({
    x: Math.min(left + plotWidth, Math.max(left, at.x)),
    y: Math.min(TOP + plotHeight, Math.max(TOP, at.y)),
  });
  const isIn = (at: Pixel) => at.x >= left - 2 && at.x <= left + plotWidth + 2;
  const onPointerUp = (event: PointerEvent<Element>) => {
    const at = pixelOf(event);
    setDrag(null);
    if (drag === null) return;
    if (Math.hypot(at.x - drag.from.x, at.y - drag.from.y) < DRAG_FROM) {
      onPress?.(at, frame);
      return;
    }
    const [from, to] = [inside(drag.from), inside(at)];
    const [low, high] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    if (high - low < 3) return;
    const isBoth = zoomMode === 'xy';
    onZoom?.(
      zoomOf(
        frame,
        { x: low, y: isBoth ? Math.min(from.y, to.y) : TOP },
        { x: high, y: isBoth ? Math.max(from.y, to.y) : TOP + plotHeight },
      ),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    onKey?.(event, frame);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !onZoom) return;
    if (event.key === '+' || event.key === '=') zoomAround(1 / WHEEL_FACTOR);
    else if (event.key === '-') zoomAround(WHEEL_FACTOR);
    else if (event.key === '0' || event.key === 'Escape') onZoom(null);
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be one of a form.
    <div
      ref={useMergedRef(ref, box)}
      className={classes.plot}
      style={{ height }}
      role="group"
      aria-label="Chart"
      aria-keyshortcuts="ArrowLeft ArrowRight + - 0"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the cursor and the zoom are moved by keyboard.
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        const at = pixelOf(event);
        if (!isIn(at)) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: at, to: at });
      }}
      onPointerMove={(event) => {
        const at = pixelOf(event);
        if (drag) setDrag({ ...drag, to: at });
        onPoint?.(isIn(at) ? at : null, frame);
      }}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => onPoint?.(null, frame)}
      onDoubleClick={() => onZoom?.(null)}
    >
      {width === 0 ? null : (
        <svg
          ref={svgRef}
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={summary}
        >
          <clipPath id={clip}>
            <rect x={left} y={TOP - 2} width={plotWidth} height={plotHeight + 4} />
          </clipPath>
          <Axes frame={frame} x={x} y={y} xTicks={xTicks} yTicks={yTicks} height={height} />
          <g clipPath={`url(#${clip})`}>{props.children(frame)}</g>
          {drag && onZoom ? <Marked drag={drag} frame={frame} inside={inside} mode={zoomMode} /> : null}
        </svg>
      )}
      {width === 0 ? null : props.overlay?.(frame)}
    </div>
  );
}

function placeOn(axis: PlotAxis, value: number): number {
  return 'names' in axis ? (value + 0.5) / axis.names.length : axis.scale.place(value);
}

function valueOn(axis: PlotAxis, place: number): number {
  return 'names' in axis ? place * axis.names.length - 0.5 : axis.scale.value(place);
}

function zoomOf(frame: Frame, from: Pixel, to: Pixel): Zoom {
  return {
    x: { min: frame.xValue(from.x), max: frame.xValue(to.x) },
    y: { min: frame.yValue(to.y), max: frame.yValue(from.y) },
  };
}

type MarkedProps = {
  drag: { from: Pixel; to: Pixel };
  frame: Frame;
  inside: (at: Pixel) => Pixel;
  mode: 'x' | 'xy';
};

function Marked({ drag, frame, inside, mode }: MarkedProps) {
  const [from, to] = [inside(drag.from), inside(drag.to)];
  const [y, height] =
    mode === 'x' ? [frame.top, frame.height] : [Math.min(from.y, to.y), Math.abs(to.y - from.y)];
  return (
    <rect
      data-overlay
      x={Math.min(from.x, to.x)}
      width={Math.abs(to.x - from.x)}
      y={y}
      height={height}
      fill={frame.ink.dim}
      fillOpacity={0.2}
      stroke={frame.ink.dim}
    />
  );
}

type AxesProps = {
  frame: Frame;
  x: PlotAxis;
  y: PlotAxis;
  xTicks: readonly Tick[];
  yTicks: readonly Tick[];
  height: number;
};

function Axes({ frame, x, y, xTicks, yTicks, height }: AxesProps) {
  const { left, top, width, height: plotHeight, ink: colours } = frame;
  const right = left + width;
  const bottom = top + plotHeight;
  return (
    <g fontSize="11" fill={colours.dim} style={{ pointerEvents: 'none' }}>
      {xTicks.map((tick) => {
        const at = Math.round(left + tick.place * width) + 0.5;
        return (
          <g key={`${tick.place} ${tick.text}`}>
            {tick.isName ? null : <line x1={at} x2={at} y1={top} y2={bottom + 4} stroke={colours.grid} />}
            <text x={at} y={bottom + 15} textAnchor="middle">
              {tick.text}
            </text>
          </g>
        );
      })}
      {yTicks.map((tick) => {
        const at = Math.round(top + (1 - tick.place) * plotHeight) + 0.5;
        return (
          <g key={`${tick.place} ${tick.text}`}>
            {tick.isName ? null : <line x1={left - 4} x2={right} y1={at} y2={at} stroke={colours.grid} />}
            <text x={left - 7} y={at + 4} textAnchor="end" fill={tick.isName ? colours.text : colours.dim}>
              {tick.text}
            </text>
          </g>
        );
      })}
      <path d={`M${left + 0.5},${top}V${bottom + 0.5}H${right}`} fill="none" stroke={colours.line} />
      {x.label === undefined ? null : (
        <text x={left + width / 2} y={height - 4} textAnchor="middle">
          {x.label}
        </text>
      )}
      {y.label === undefined ? null : (
        <text transform={`translate(11 ${top + plotHeight / 2}) rotate(-90)`} textAnchor="middle">
          {y.label}
        </text>
      )}
    </g>
  );
}
