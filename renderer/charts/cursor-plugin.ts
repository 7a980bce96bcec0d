import type { Chart, ChartEvent, ChartType, Plugin } from 'chart.js';

/** Charts of one group show a line at the same x as the one under the pointer. */
const groups = new Map<string, Set<Chart>>();
const positions = new WeakMap<Chart, number | null>();

export type CursorOptions = { group?: string | undefined; colour?: string | undefined };

declare module 'chart.js' {
  // The type parameter has to be repeated for the declarations to merge.
  interface PluginOptionsByType<TType extends ChartType> {
    cursor?: CursorOptions;
  }
}

function optionsOf(chart: Chart): CursorOptions {
  return chart.options.plugins?.cursor ?? {};
}

function members(chart: Chart): Iterable<Chart> {
  const { group } = optionsOf(chart);
  return group === undefined ? [chart] : (groups.get(group) ?? [chart]);
}

function join(chart: Chart): void {
  const { group } = optionsOf(chart);
  for (const [name, charts] of groups) if (name !== group) charts.delete(chart);
  if (group === undefined) return;
  const charts = groups.get(group) ?? new Set();
  groups.set(group, charts.add(chart));
}

function moveTo(chart: Chart, event: ChartEvent): void {
  const area = chart.chartArea;
  const x = event.x ?? -1;
  const isInside = event.type === 'mousemove' && area && x >= area.left && x <= area.right;
  const value = isInside ? (chart.scales.x?.getValueForPixel(x) ?? null) : null;
  for (const other of members(chart)) {
    if (positions.get(other) === value) continue;
    positions.set(other, value);
    if (other !== chart) other.draw();
  }
}

export const cursorPlugin: Plugin = {
  id: 'cursor',
  afterInit: join,
  afterUpdate: join,
  afterEvent(chart, { event }) {
    if (event.type === 'mousemove' || event.type === 'mouseout') moveTo(chart, event);
  },
  afterDraw(chart) {
    const value = positions.get(chart);
    const x = value === null || value === undefined ? Number.NaN : chart.scales.x?.getPixelForValue(value);
    const area = chart.chartArea;
    if (x === undefined || !(x >= area.left && x <= area.right)) return;
    const { ctx } = chart;
    ctx.save();
    ctx.strokeStyle = optionsOf(chart).colour ?? '#888888';
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(Math.round(x) + 0.5, area.top);
    ctx.lineTo(Math.round(x) + 0.5, area.bottom);
    ctx.stroke();
    ctx.restore();
  },
  afterDestroy(chart) {
    for (const charts of groups.values()) charts.delete(chart);
  },
};
