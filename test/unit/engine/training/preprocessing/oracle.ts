import { datetimeNumber } from '../../../../../engine/training/preprocessing/datetime-parts.ts';
import type {
  CategoryEncoding,
  FittedFeature,
  FittedPreprocessing,
  NumberColumn,
} from '../../../../../engine/training/preprocessing/fitted.ts';
import { transformNumber } from '../../../../../engine/training/preprocessing/number-transform.ts';
import type { TableColumn, TrainingTable } from '../../../../../engine/training/table.ts';

/** What a row adds to each block of the matrix. */
type Row = { numbers: number[]; indicators: number[]; oneHots: number[] };

/** The matrix that a fitted preprocessing means, worked out row by row in plain TypeScript. */
export function oracleMatrix(
  fitted: FittedPreprocessing,
  table: TrainingTable,
  rows: Int32Array,
): number[][] {
  const columnNamed = (name: string) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new Error(`no column ${name}`);
    return column;
  };
  return Array.from(rows, (row) => {
    const made: Row = { numbers: [], indicators: [], oneHots: [] };
    for (const feature of fitted.features) addFeature(made, feature, row, columnNamed);
    return [...made.numbers, ...made.indicators, ...made.oneHots];
  });
}

function addFeature(
  made: Row,
  feature: FittedFeature,
  row: number,
  columnNamed: (name: string) => TableColumn,
): void {
  switch (feature.kind) {
    case 'number':
      addNumber(made, numberAt(columnNamed(feature.name), row), feature.column);
      break;
    case 'datetime': {
      const x = numberAt(columnNamed(feature.name), row);
      for (const { value, column } of feature.values)
        addNumber(made, Number.isNaN(x) ? x : datetimeNumber(value, x), column);
      break;
    }
    case 'interaction': {
      const [a = Number.NaN, b = Number.NaN] = feature.of.map(({ name }) => numberAt(columnNamed(name), row));
      const isDates = feature.of[0].type === 'datetime';
      const x = { product: a * b, ratio: a / b, sum: a + b, difference: isDates ? (a - b) / 864e5 : a - b };
      const value = x[feature.operation];
      addNumber(made, Number.isFinite(value) ? value : Number.NaN, feature.column);
      break;
    }
    case 'category':
      addCategory(made, feature, textAt(columnNamed(feature.name), row));
      break;
    case 'cross': {
      const sides = feature.of.map(({ name, categories }) => {
        const text = textAt(columnNamed(name), row);
        if (text === null) return -1;
        return categories.includes(text) ? categories.indexOf(text) : categories.length;
      });
      const [a = -1, b = -1] = sides;
      const pair = a < 0 || b < 0 ? null : String(a * (feature.of[1].categories.length + 1) + b);
      addCategory(made, feature, pair);
    }
  }
}

function addNumber({ numbers, indicators }: Row, x: number, column: NumberColumn): void {
  const { clip, fill, transform, shift, scale, indicator } = column;
  const clipped = clip === null ? x : Math.min(Math.max(x, clip.min), clip.max);
  const filled = Number.isNaN(clipped) ? fill : clipped;
  const even = transform === null ? filled : transformNumber(transform, filled);
  const bound = Number.isNaN(fill) ? 3.4028234663852886e38 : 1e18;
  numbers.push(Math.fround(Math.min(Math.max((even - shift) / scale, -bound), bound)));
  if (indicator !== null) indicators.push(Number.isNaN(x) ? 1 : 0);
}

function addCategory(made: Row, { code, means, oneHot }: CategoryEncoding, text: string | null): void {
  if (code !== null) {
    const rank = text === null ? -1 : code.categories.indexOf(text);
    addNumber(made, text === null ? code.missing : (code.values[rank] ?? code.other), code.column);
  }
  for (const { values, column } of means?.columns ?? []) {
    const kept = means?.categories ?? [];
    const known = text !== null && kept.includes(text) ? kept.indexOf(text) : kept.length;
    addNumber(made, values[text === null ? kept.length + 1 : known] ?? Number.NaN, column);
  }
  if (oneHot !== null) {
    const { categories, rare, missing, fill } = oneHot;
    const filled = text ?? (fill === null ? null : (categories[fill] ?? null));
    const kept = categories.map((category) => (category === filled ? 1 : 0));
    const isMissing = filled === null && missing;
    made.oneHots.push(...kept);
    if (rare) made.oneHots.push(!isMissing && !kept.includes(1) ? 1 : 0);
    if (missing) made.oneHots.push(isMissing ? 1 : 0);
  }
}

function numberAt(column: TableColumn, row: number): number {
  if (column.role === 'category') throw new Error('not a number');
  return column.values[row] ?? Number.NaN;
}

function textAt(column: TableColumn, row: number): string | null {
  if (column.role !== 'category') throw new Error('not a category');
  return column.categories[column.codes[row] ?? -1] ?? null;
}
