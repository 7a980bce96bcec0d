import { memo, useMemo } from 'react';
import type { LineSeries } from './LineChart.tsx';
import type { Frame } from './Plot.tsx';
import { bandPath, linePath } from './paths.ts';

export type Look = { colour: string; dash: readonly number[] };

type Props = {
  series: readonly LineSeries[];
  looks: ReadonlyMap<string, Look>;
  frame: Frame;
  highlightId: string | null | undefined;
};

/** The curves themselves: bands lowest, then guides, then lines, the highlighted one on top. */
export function LineMarks({ series, looks, frame, highlightId }: Props) {
  const isOne = (one: LineSeries) => one.id === highlightId;
  const inOrder = [
    ...series.filter((one) => one.isGuide),
    ...series.filter((one) => !one.isGuide && !isOne(one)),
    ...series.filter((one) => !one.isGuide && isOne(one)),
  ];
  const isAny = series.some(isOne);
  return inOrder.map((one) => (
    <Line
      key={one.id}
      one={one}
      look={looks.get(one.id)}
      frame={frame}
      emphasis={!isAny || one.isGuide ? 'normal' : isOne(one) ? 'strong' : 'faint'}
    />
  ));
}

type LineProps = {
  one: LineSeries;
  look: Look | undefined;
  frame: Frame;
  emphasis: 'normal' | 'strong' | 'faint';
};

const Line = memo(function Line({ one, look, frame, emphasis }: LineProps) {
  const pixels = useMemo(() => {
    const x = Array.from(one.x, frame.x);
    const y = toPixels(one.y, frame);
    const raw = one.raw && { x: Array.from(one.raw.x, frame.x), y: toPixels(one.raw.y, frame) };
    return {
      line: linePath(x, y),
      raw: raw && linePath(raw.x, raw.y),
      band: one.band && bandPath(x, toPixels(one.band.low, frame), toPixels(one.band.high, frame)),
      points: one.showsPoints || one.x.length === 1 ? x.map((px, index) => [px, y[index] ?? Number.NaN]) : [],
    };
  }, [one, frame]);
  if (one.isGuide) {
    return (
      <path d={pixels.line} fill="none" stroke={frame.ink.line} strokeWidth="1.2" strokeDasharray="4 4" />
    );
  }
  const colour = look?.colour ?? frame.ink.dim;
  // Of each mark by itself: a group's opacity is painted on a layer of its own, which hundreds of lines cannot afford.
  const opacity = emphasis === 'faint' ? 0.22 : 1;
  return (
    <g data-series={one.label}>
      {pixels.band ? <path d={pixels.band} fill={colour} fillOpacity={0.16 * opacity} data-band /> : null}
      {pixels.raw ? (
        <path d={pixels.raw} fill="none" stroke={colour} strokeOpacity={0.2 * opacity} strokeWidth="1" />
      ) : null}
      <path
        d={pixels.line}
        fill="none"
        stroke={colour}
        strokeOpacity={opacity}
        strokeWidth={emphasis === 'strong' ? 2.6 : 1.6}
        strokeDasharray={look?.dash.join(' ')}
        strokeLinejoin="round"
      />
      {pixels.points.map(([x = 0, y = 0]) =>
        Number.isFinite(y) ? (
          <circle key={x} cx={x.toFixed(1)} cy={y.toFixed(1)} r="2.6" fill={colour} fillOpacity={opacity} />
        ) : null,
      )}
    </g>
  );
});

function toPixels(values: ArrayLike<number | null>, frame: Frame): number[] {
  return Array.from(values, (value) => (value === null ? Number.NaN : frame.y(value)));
}
