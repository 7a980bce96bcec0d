import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartType,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
} from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { cursorPlugin } from './cursor-plugin.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
  zoomPlugin,
  cursorPlugin,
);

type ChartHandle = {
  canvasRef: RefObject<HTMLCanvasElement | null>;
  /** Set while the chart shows a part of its data. */
  resetZoom: (() => void) | undefined;
  /** The chart as it stands, on the ground of the page. */
  image: () => Promise<{ content: Blob; ending: 'png' } | null>;
};

/**
 * Binds a chart.js chart to a canvas for the life of the component. A new `config` (keep it in a memo) is drawn at once,
 * without animation; a zoom the reader made stays.
 *
 * @param ground colour under the chart in exported images
 */
export function useChart<T extends ChartType>(config: ChartConfiguration<T>, ground: string): ChartHandle {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const chartRef = useRef<Chart<T> | null>(null);
  const [isZoomed, setZoomed] = useState(false);

  useEffect(() => {
    const canvas = canvasRef.current;
    if (!canvas) return;
    const chart = chartRef.current;
    if (chart) {
      keepZoom(chart, config);
      chart.data = config.data;
      if (config.options) chart.options = config.options;
      chart.update('none');
      return;
    }
    const made = new Chart(canvas, config);
    chartRef.current = made;
    const noticeZoom = () => setZoomed(made.isZoomedOrPanned());
    canvas.addEventListener('mouseup', () => setTimeout(noticeZoom));
    canvas.addEventListener('wheel', () => setTimeout(noticeZoom), { passive: true });
    canvas.addEventListener('dblclick', () => {
      made.resetZoom('none');
      setZoomed(false);
    });
  }, [config]);

  useEffect(
    () => () => {
      chartRef.current?.destroy();
      chartRef.current = null;
    },
    [],
  );

  const resetZoom = useCallback(() => {
    chartRef.current?.resetZoom('none');
    setZoomed(false);
  }, []);
  const image = useCallback(() => toImage(canvasRef.current, ground), [ground]);
  return { canvasRef, resetZoom: isZoomed ? resetZoom : undefined, image };
}

function keepZoom<T extends ChartType>(chart: Chart<T>, next: ChartConfiguration<T>): void {
  if (!chart.isZoomedOrPanned()) return;
  const scales = (
    next.options as { scales?: Record<string, { min?: number; max?: number } | undefined> } | undefined
  )?.scales;
  for (const name of ['x', 'y']) {
    const shown = chart.scales[name];
    const scale = scales?.[name];
    const initial = chart.getInitialScaleBounds()[name];
    if (!shown || !scale || (initial?.min === shown.min && initial.max === shown.max)) continue;
    scale.min = shown.min;
    scale.max = shown.max;
  }
}

function toImage(
  canvas: HTMLCanvasElement | null,
  ground: string,
): Promise<{ content: Blob; ending: 'png' } | null> {
  const copy = document.createElement('canvas');
  const context = copy.getContext('2d');
  if (!canvas || !context) return Promise.resolve(null);
  copy.width = canvas.width;
  copy.height = canvas.height;
  context.fillStyle = ground;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) =>
    copy.toBlob((content) => resolve(content ? { content, ending: 'png' } : null), 'image/png'),
  );
}
