import type { ColumnDetails, ColumnProfile, Finding } from '../../../local-api/contract/index.ts';
import { percent } from './column-warnings.ts';

type Told = Omit<Finding, 'column' | 'others'>;

const NEARLY_ALL = 0.95;
const MUCH_MISSING = 0.5;
const SOME_MISSING = 0.05;
const SKEWED = 2;
/** A normal column has 0.7 % of its values beyond Tukey's fences. */
const MANY_OUTLIERS = 0.02;
const MANY_ZEROS = 0.5;
const FEWEST_FOR_ID = 50;
const MANY_TEXTS = 1000;
/** The most frequent of a few labels is this many times as frequent as the rarest. */
const IMBALANCE = 20;
const FEW_LABELS = 10;
/** A series with fewer steps alike has pauses of its own. */
const REGULAR = 0.8;

/** What a person should know about one column before using it, and what to do about it. `rows` includes those where it is missing. */
export function columnFindings(column: ColumnProfile, details: ColumnDetails, rows: number): Finding[] {
  const told = [
    ...countFindings(column, details, rows),
    ...numberFindings(column, details),
    ...textFindings(details),
    ...timeFindings(details),
  ];
  return told.map((finding) => ({ ...finding, column: column.name, others: [] }));
}

function countFindings(column: ColumnProfile, details: ColumnDetails, rows: number): Told[] {
  const { count, distinct, missing, topValues } = column;
  if (count === 0) {
    return [
      {
        code: 'empty',
        severity: 'high',
        message: 'no row has a value',
        advice:
          'Leave the column out, or look at how it is read: a wrong type or a text that means missing empties it.',
      },
    ];
  }
  const told: Told[] = [];
  const share = missing / rows;
  if (share > SOME_MISSING) {
    told.push({
      code: 'missing',
      severity: share > MUCH_MISSING ? 'high' : 'medium',
      message: `${percent(share)} of the rows have no value`,
      advice:
        share > MUCH_MISSING
          ? 'Find out whether missing itself means something; else leave the column out.'
          : 'Decide how to fill it in, and keep a column that says where it was missing if that may matter.',
    });
  }
  const top = topValues[0];
  if (distinct === 1) {
    told.push({
      code: 'constant',
      severity: missing === 0 ? 'high' : 'medium',
      message: `every value is ${JSON.stringify(top?.value ?? column.min)}`,
      advice: 'It tells nothing apart: leave it out.',
    });
    return told;
  }
  if (top !== undefined && top.count > NEARLY_ALL * count) {
    told.push({
      code: 'nearly-constant',
      severity: 'medium',
      message: `${percent(top.count / count)} of the values are ${JSON.stringify(top.value)}`,
      advice: 'Check whether the few others are real; a column like this seldom helps a model.',
    });
  }
  told.push(...manyValues(column, details), ...fewLabels(column));
  return told;
}

function manyValues(column: ColumnProfile, { semantic }: ColumnDetails): Told[] {
  const { count, distinct, type } = column;
  const isText = type === 'string';
  if (semantic === 'id' || semantic === 'uuid' || (isText && count >= FEWEST_FOR_ID && distinct === count)) {
    const every = distinct === count ? 'every value is different' : 'nearly every value is different';
    return [
      {
        code: 'id-like',
        severity: 'info',
        message: `${every}: it names rows`,
        advice: 'Good as a key; as a feature it would be learnt by heart, so leave it out of training.',
      },
    ];
  }
  if (isText && (semantic === 'category' || semantic === null) && distinct > MANY_TEXTS) {
    return [
      {
        code: 'high-cardinality',
        severity: 'medium',
        message: `${distinct.toLocaleString('en')} different values in ${count.toLocaleString('en')}`,
        advice: 'Group rare values together, or let a model that encodes them by target or by hash take it.',
      },
    ];
  }
  return [];
}

function fewLabels({ type, distinct, topValues }: ColumnProfile): Told[] {
  if ((type !== 'string' && type !== 'boolean') || distinct > FEW_LABELS || distinct < 2) return [];
  const [most, least] = [topValues[0], topValues[distinct - 1]];
  if (most === undefined || least === undefined || most.count < IMBALANCE * least.count) return [];
  return [
    {
      code: 'imbalanced',
      severity: 'info',
      message: `${JSON.stringify(most.value)} is ${Math.round(most.count / least.count)} times as frequent as ${JSON.stringify(least.value)}`,
      advice: 'Split by this column so that every part has its rare values; as a target, weigh the classes.',
    },
  ];
}

function numberFindings(
  { count, zeros, distinct }: ColumnProfile,
  { number, semantic }: ColumnDetails,
): Told[] {
  if (number === null || semantic === 'id' || distinct < 3) return [];
  const told: Told[] = [];
  const { infinite, fences, skewness } = number;
  if (infinite > 0) {
    told.push({
      code: 'infinite',
      severity: 'high',
      message: `${infinite.toLocaleString('en')} values are infinite; mean, deviation and quantiles leave them out`,
      advice: 'Look for divisions by zero where the data come from, or import them as missing.',
    });
  }
  if (zeros !== null && zeros > MANY_ZEROS * count) {
    told.push({
      code: 'many-zeros',
      severity: 'info',
      message: `${percent(zeros / count)} of the values are 0`,
      advice: 'Check whether 0 stands for missing; else "is it 0" may deserve a column of its own.',
    });
  }
  if (skewness !== null && Math.abs(skewness) > SKEWED) {
    told.push({
      code: 'skewed',
      severity: 'info',
      message: `skewed to the ${skewness > 0 ? 'right' : 'left'} (skewness ${Number(skewness.toPrecision(3))})`,
      advice: 'A logarithm or ranks suit linear models and distances better; trees do not mind.',
    });
  }
  const outside = fences === null ? 0 : fences.below + fences.above;
  if (fences !== null && outside > MANY_OUTLIERS * count && fences.high > fences.low) {
    told.push({
      code: 'outliers',
      severity: 'info',
      message: `${percent(outside / count)} of the values lie ${farOut(fences)}`,
      advice: 'See whether they are mistakes; if they are real, use robust scaling and a robust loss.',
    });
  }
  return told;
}

function farOut({
  low,
  high,
  below,
  above,
}: {
  low: number;
  high: number;
  below: number;
  above: number;
}): string {
  if (below === 0) return `above ${short(high)}`;
  return above === 0 ? `below ${short(low)}` : `below ${short(low)} or above ${short(high)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

const personal = { email: 'e-mail addresses', phone: 'telephone numbers', ip: 'IP addresses' } as const;

function textFindings({ text, semantic }: ColumnDetails): Told[] {
  const told: Told[] = [];
  if (semantic === 'email' || semantic === 'phone' || semantic === 'ip') {
    told.push({
      code: 'personal-data',
      severity: 'medium',
      message: `holds ${personal[semantic]}`,
      advice:
        'These point at persons: leave the column out or replace it by a hash before the data are shared.',
    });
  }
  if (semantic === 'number-text' || semantic === 'percent' || semantic === 'currency') {
    if (text !== null) {
      told.push({
        code: 'number-as-text',
        severity: 'medium',
        message: 'holds numbers written as text',
        advice: 'Import it as a number, or take the sign, unit and separators off in a transformation.',
      });
    }
  }
  if (semantic === 'date-text') {
    told.push({
      code: 'date-as-text',
      severity: 'medium',
      message: 'holds dates written as text',
      advice: 'Import it as a date, so that it can be sorted, split by time and compared.',
    });
  }
  if (text === null) return told;
  const { blank, padded, values, variants } = text;
  if (blank > 0) {
    told.push({
      code: 'blank-text',
      severity: 'medium',
      message: `${percent(blank / values)} of the texts are empty or spaces alone`,
      advice: 'They count as values now: import them as missing.',
    });
  }
  if (padded > 0) {
    told.push({
      code: 'padded-text',
      severity: 'info',
      message: `${percent(padded / values)} of the texts begin or end with a space`,
      advice: 'Take the spaces off; "a" and "a " are two values otherwise.',
    });
  }
  const [first] = variants;
  if (first !== undefined && (semantic === 'category' || semantic === 'boolean-like')) {
    told.push({
      code: 'case-variants',
      severity: 'medium',
      message: `the same value is written in several ways: ${first
        .slice(0, 3)
        .map(({ value }) => JSON.stringify(value))
        .join(', ')}`,
      advice: 'Write each value in one way, for example with lower(trim(…)).',
    });
  }
  return told;
}

function timeFindings({ time, name }: ColumnDetails): Told[] {
  if (time === null) return [];
  const told: Told[] = [];
  const [gap] = time.gaps;
  if (gap !== undefined && time.frequency !== null && (time.regularShare ?? 0) >= REGULAR) {
    told.push({
      code: 'time-gaps',
      severity: 'medium',
      message: `${time.frequency}, but with gaps: nothing between ${iso(gap.fromMs)} and ${iso(gap.toMs)}`,
      advice: 'Find out whether rows were lost; fill the gaps before lags or forecasts are made of it.',
    });
  }
  if (time.order === null && time.different > 2) {
    told.push({
      code: 'unsorted-time',
      severity: 'info',
      message: 'the rows are not in the order of this time',
      advice: `Sort by ${name} before anything that looks back in time is computed.`,
    });
  }
  return told;
}

function iso(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ');
}
