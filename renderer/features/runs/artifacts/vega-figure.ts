import { type Config, parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import { ink, type Scheme, seriesStyle } from '../../../charts/palette.ts';

/** Figures may hold data, not fetch it: neither a file of the workspace nor anything from the network. */
const closedLoader = {
  load: () => Promise.reject(new Error('A figure here cannot load data: put the values into it.')),
  sanitize: () => Promise.reject(new Error('A figure here holds no links and no pictures.')),
  http: () => Promise.reject(new Error('A figure here cannot load data.')),
  file: () => Promise.reject(new Error('A figure here cannot load data.')),
};

/**
 * Draws a Vega or Vega-Lite specification into an element, in the colours of the theme. Expressions are interpreted,
 * not compiled, so the page's policy against `eval` holds.
 *
 * @returns what removes it again
 * @throws Error when the specification is wrong
 */
export async function drawFigure(
  element: HTMLElement,
  spec: Record<string, unknown>,
  scheme: Scheme,
): Promise<() => void> {
  const config = themeOf(scheme);
  const sized = fitted(spec);
  const full = isVegaLite(sized) ? compile(sized, { config }).spec : spec;
  const runtime = parse(full, config as Config, { ast: true });
  const view = new View(runtime, {
    renderer: 'svg',
    container: element,
    hover: true,
    loader: closedLoader,
    expr: expressionInterpreter,
    logLevel: 0,
  } as ConstructorParameters<typeof View>[1]);
  await view.runAsync();
  return () => view.finalize();
}

/** Whether a specification is of Vega-Lite; Vega's own say so. What is wrong with it the compiler tells. */
function isVegaLite(spec: object): spec is TopLevelSpec {
  return !('$schema' in spec && typeof spec.$schema === 'string' && /\/vega\/v/.test(spec.$schema));
}

/** A single view without a size takes the width of the page. */
function fitted(spec: Record<string, unknown>): Record<string, unknown> {
  const isSingle = 'mark' in spec || 'layer' in spec;
  if (!isSingle || 'width' in spec) return spec;
  return { ...spec, width: 'container', autosize: { type: 'fit', contains: 'padding' } };
}

function themeOf(scheme: Scheme) {
  const { text, dim, grid, line } = ink[scheme];
  const range = Array.from({ length: 8 }, (_, index) => seriesStyle(index, scheme).colour);
  const axis = { labelColor: dim, titleColor: dim, gridColor: grid, domainColor: line, tickColor: line };
  return {
    background: 'transparent',
    axis,
    legend: { labelColor: dim, titleColor: dim },
    title: { color: text, subtitleColor: dim },
    header: { labelColor: dim, titleColor: dim },
    view: { stroke: 'transparent' },
    range: { category: range },
    mark: { color: range[0] ?? text },
    text: { color: text },
    style: { 'guide-label': { fill: dim }, 'guide-title': { fill: dim } },
  };
}
