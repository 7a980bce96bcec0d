import type { Spread } from '../../../charts/curve-groups.ts';
import type { Range } from '../../../charts/scale.ts';
import type { CurveAxis } from '../curves.ts';

/** How curves are drawn and which; flat, so that an address can hold it. */
export type CurveSettings = {
  /** `step`, `relative`, `wall`, or `metric <key>`. */
  axis: string;
  smoother: 'ema' | 'average' | 'gaussian';
  /** For `ema` 0 to 0.99; for the others points. */
  smoothing: number;
  logX: boolean;
  logY: boolean;
  outliers: boolean;
  band: Spread | 'none';
  find: string;
  /** Ends of the stretch shown; both empty when all is. */
  from: string;
  to: string;
  size: CardSize;
  /** Cards of another size: `large <key>`. */
  sizes: readonly string[];
  pinned: readonly string[];
  folded: readonly string[];
  /** Ids of runs, or names of groups, that are not drawn. */
  hidden: readonly string[];
};

export type CardSize = 'small' | 'medium' | 'large';

export const usualCurveSettings: CurveSettings = {
  axis: 'step',
  smoother: 'ema',
  smoothing: 0,
  logX: false,
  logY: false,
  outliers: false,
  band: 'std',
  find: '',
  from: '',
  to: '',
  size: 'medium',
  sizes: [],
  pinned: [],
  folded: ['system'],
  hidden: [],
};

const METRIC = 'metric ';

/** The axis that a kept text stands for. */
export function axisOfText(axis: string): CurveAxis {
  if (axis.startsWith(METRIC)) return { metric: axis.slice(METRIC.length) };
  return axis === 'relative' || axis === 'wall' ? axis : 'step';
}

/** The text under which an axis is kept. */
export function axisText(axis: CurveAxis): string {
  return typeof axis === 'string' ? axis : `${METRIC}${axis.metric}`;
}

/** The stretch between two kept ends; null when all is shown. */
export function zoomOfSettings(from: string, to: string): Range | null {
  const [min, max] = [Number(from), Number(to)];
  return from !== '' && to !== '' && min < max ? { min, max } : null;
}

/** The change that shows a stretch; its ends are kept to six digits, which is finer than a pixel. */
export function zoomChange(range: Range | null): Pick<CurveSettings, 'from' | 'to'> {
  const text = (value: number) => String(Number(value.toPrecision(Math.abs(value) > 1e9 ? 15 : 6)));
  return range ? { from: text(range.min), to: text(range.max) } : { from: '', to: '' };
}

export function sizeOfCard(settings: CurveSettings, title: string): CardSize {
  const own = (['small', 'medium', 'large'] as const).find((size) =>
    settings.sizes.includes(`${size} ${title}`),
  );
  return own ?? settings.size;
}

export function sizeChange(
  settings: CurveSettings,
  title: string,
  size: CardSize,
): Pick<CurveSettings, 'sizes'> {
  const others = settings.sizes.filter((entry) => entry.slice(entry.indexOf(' ') + 1) !== title);
  return { sizes: size === settings.size ? others : [...others, `${size} ${title}`] };
}

/** A list with an entry put in, or taken out when it was in. */
export function toggled(list: readonly string[], entry: string): string[] {
  return list.includes(entry) ? list.filter((one) => one !== entry) : [...list, entry];
}
