/** Plotly's figures as Vega-Lite, so that both are drawn by one library under one policy. */

type Json = Record<string, unknown>;
export type ReadFigure = { spec: Json; unknown: string[] };

const MARKERS = new Set(['markers', 'lines+markers', 'markers+lines']);

/**
 * Turns a Plotly figure (`{data, layout}`) into Vega-Lite. Scatter, line, bar, histogram, heat map, box, violin (as box)
 * and pie are drawn; the names of other kinds come back in `unknown`.
 */
export function fromPlotly(figure: Json): ReadFigure {
  const traces = (Array.isArray(figure.data) ? figure.data : []).filter(isObject);
  const layout = isObject(figure.layout) ? figure.layout : {};
  const unknown = new Set<string>();
  const layers: Json[] = [];
  for (const [index, trace] of traces.entries()) {
    const type = typeof trace.type === 'string' ? trace.type : 'scatter';
    const name = typeof trace.name === 'string' && trace.name !== '' ? trace.name : `trace ${index}`;
    const drawn = layersOf(type, trace, name, layout);
    if (drawn === null) unknown.add(type);
    else layers.push(...drawn);
  }
  const [only] = layers;
  const body = layers.length === 1 && only ? only : { layer: layers };
  const isPie = traces.every((trace) => trace.type === 'pie');
  const title = textOf(layout.title);
  return {
    spec: { ...body, height: isPie ? 320 : 360, ...(title ? { title } : {}), params: zoomOf(layers) },
    unknown: [...unknown],
  };
}

/** Curves and points can be zoomed with the wheel; categories cannot. */
function zoomOf(layers: readonly Json[]): Json[] {
  const isContinuous = layers.length === 1 && ['line', 'point'].includes(String(markOf(layers[0])));
  return isContinuous ? [{ name: 'zoom', select: 'interval', bind: 'scales' }] : [];
}

function markOf(layer: Json | undefined): unknown {
  return isObject(layer?.mark) ? layer.mark.type : undefined;
}

function layersOf(type: string, trace: Json, name: string, layout: Json): Json[] | null {
  const x = valuesOf(trace.x);
  const y = valuesOf(trace.y);
  const [xTitle, yTitle] = [axisTitle(layout.xaxis), axisTitle(layout.yaxis)];
  const position = (values: readonly unknown[], axis: unknown, title: string | null): Json => ({
    type: typeOf(values),
    title,
    scale: { ...(typeOf(values) === 'quantitative' ? { zero: false } : {}), ...scaleOf(axis) },
    ...(typeOf(values) === 'nominal' ? { sort: null } : {}),
  });
  const colour = { datum: name, type: 'nominal', title: null };
  const xField = { field: 'x', ...position(x, layout.xaxis, xTitle) };
  const yField = { field: 'y', ...position(y, layout.yaxis, yTitle) };
  const points = { values: pairs(x, y) };
  const tooltip = [{ field: 'x' }, { field: 'y' }];
  switch (type) {
    case 'scatter':
    case 'scattergl': {
      const mode = typeof trace.mode === 'string' ? trace.mode : 'lines';
      const encoding = { x: xField, y: yField, color: colour, tooltip };
      const line = {
        data: points,
        mark: { type: 'line', point: MARKERS.has(mode) },
        encoding: { ...encoding, order: { field: 'i', type: 'quantitative' } },
      };
      const dots = { data: points, mark: { type: 'point', filled: true, opacity: 0.75 }, encoding };
      return mode.includes('lines') ? [line] : [dots];
    }
    case 'bar': {
      const isSideways = trace.orientation === 'h';
      const value = { zero: true };
      const encoding = isSideways
        ? { x: { ...xField, scale: value }, y: { ...yField, type: 'nominal' }, yOffset: colour }
        : { x: { ...xField, type: 'nominal' }, y: { ...yField, scale: value }, xOffset: colour };
      return [{ data: points, mark: { type: 'bar' }, encoding: { ...encoding, color: colour, tooltip } }];
    }
    case 'histogram': {
      const isSideways = x.length === 0;
      const values = (isSideways ? y : x).map((value) => ({ v: value }));
      const bins = {
        field: 'v',
        bin: { maxbins: Number(trace.nbinsx ?? trace.nbinsy ?? 30) },
        title: isSideways ? yTitle : xTitle,
      };
      const count = { aggregate: 'count', stack: null, title: 'count' };
      const encoding = { x: isSideways ? count : bins, y: isSideways ? bins : count, color: colour };
      return [{ data: { values }, mark: { type: 'bar', opacity: 0.7 }, encoding }];
    }
    case 'heatmap': {
      const rows = Array.isArray(trace.z) ? trace.z.map(valuesOf) : [];
      const values = rows.flatMap((row, at) =>
        row.map((z, column) => ({ x: x[column] ?? column, y: y[at] ?? at, z })),
      );
      const place = (field: string, title: string | null) => ({ field, type: 'ordinal', sort: null, title });
      const encoding = {
        x: place('x', xTitle),
        y: place('y', yTitle),
        color: { field: 'z', type: 'quantitative', title: null },
        tooltip: [{ field: 'x' }, { field: 'y' }, { field: 'z' }],
      };
      return [{ data: { values }, mark: { type: 'rect' }, encoding }];
    }
    case 'box':
    case 'violin': {
      const isSideways = y.length === 0;
      const values = (isSideways ? x : y).map((value) => ({ v: value, name }));
      const spread = {
        field: 'v',
        type: 'quantitative',
        title: isSideways ? xTitle : yTitle,
        scale: { zero: false },
      };
      const group = { field: 'name', type: 'nominal', title: null };
      const encoding = isSideways ? { x: spread, y: group } : { y: spread, x: group };
      return [
        {
          data: { values },
          mark: { type: 'boxplot' },
          encoding: { ...encoding, color: { ...group, legend: null } },
        },
      ];
    }
    case 'pie': {
      const labels = valuesOf(trace.labels);
      const values = valuesOf(trace.values).map((value, at) => ({ value, label: labels[at] ?? at }));
      const encoding = {
        theta: { field: 'value', type: 'quantitative' },
        color: { field: 'label', type: 'nominal', title: null },
        tooltip: [{ field: 'label' }, { field: 'value' }],
      };
      return [
        { data: { values }, mark: { type: 'arc', innerRadius: Number(trace.hole ?? 0) * 150 }, encoding },
      ];
    }
    default:
      return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pairs(x: readonly unknown[], y: readonly unknown[]): Json[] {
  return Array.from({ length: Math.max(x.length, y.length) }, (_, i) => ({ i, x: x[i] ?? i, y: y[i] ?? i }));
}

const typedArrays = {
  f8: Float64Array,
  f4: Float32Array,
  i4: Int32Array,
  i2: Int16Array,
  i1: Int8Array,
  u4: Uint32Array,
  u2: Uint16Array,
  u1: Uint8Array,
};

/** A list of Plotly: plain, or numbers as base64 of a typed array (Plotly.py 6). */
function valuesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value) || typeof value.bdata !== 'string' || typeof value.dtype !== 'string') return [];
  const Numbers = typedArrays[value.dtype as keyof typeof typedArrays];
  if (!Numbers) return [];
  const bytes = Uint8Array.from(atob(value.bdata), (character) => character.charCodeAt(0));
  return [...new Numbers(bytes.buffer)];
}

function typeOf(values: readonly unknown[]): 'quantitative' | 'temporal' | 'nominal' {
  const sample = values.find((value) => value !== null);
  if (typeof sample !== 'string') return 'quantitative';
  return /^\d{4}-\d\d-\d\d/.test(sample) ? 'temporal' : 'nominal';
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return isObject(value) && typeof value.text === 'string' ? value.text : null;
}

function axisTitle(axis: unknown): string | null {
  return isObject(axis) ? textOf(axis.title) : null;
}

function scaleOf(axis: unknown): Json {
  return isObject(axis) && axis.type === 'log' ? { type: 'log' } : {};
}

/** The figure inside a page that Plotly wrote: the arguments of its `Plotly.newPlot`. Null for other pages. */
export function plotlyInHtml(html: string): Json | null {
  const call = /Plotly\.newPlot\(\s*["'][^"']*["']\s*,\s*/.exec(html);
  if (!call) return null;
  const data = jsonAt(html, call.index + call[0].length);
  if (!data) return null;
  const comma = /^\s*,\s*/.exec(html.slice(data.end));
  const layout = comma ? jsonAt(html, data.end + comma[0].length) : null;
  return { data: data.value, layout: layout?.value ?? {} };
}

/** The value of JSON that starts at a place: brackets are counted, those in texts are not. */
function jsonAt(text: string, start: number): { value: unknown; end: number } | null {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (isText) {
      if (character === '\\') at += 1;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') {
      depth -= 1;
      if (depth > 0) continue;
      try {
        return { value: JSON.parse(text.slice(start, at + 1)), end: at + 1 };
      } catch {
        return null;
      }
    } else if (depth === 0 && !/\s/.test(character ?? '')) return null;
  }
  return null;
}
