import { datetimePart } from '../../../../../engine/training/preprocessing/datetime-parts.ts';
import type {
  FittedFeature,
  FittedPreprocessing,
  NumberColumn,
} from '../../../../../engine/training/preprocessing/fitted.ts';
import type { TableColumn, TrainingTable } from '../../../../../engine/training/table.ts';

/** The matrix that a fitted preprocessing means, worked out row by row in plain TypeScript. */
export function oracleMatrix(
  fitted: FittedPreprocessing,
  table: TrainingTable,
  rows: Int32Array,
): number[][] {
  return Array.from(rows, (row) => {
    const numbers: number[] = [];
    const indicators: number[] = [];
    const oneHots: number[] = [];
    const addNumber = (x: number, column: NumberColumn) => {
      const filled = Number.isNaN(x) ? column.fill : x;
      numbers.push(Math.fround((filled - column.shift) / column.scale));
      if (column.indicator !== null) indicators.push(Number.isNaN(x) ? 1 : 0);
    };
    for (const feature of fitted.features) {
      const column = table.columns.find(({ name }) => name === feature.name);
      if (column === undefined) throw new Error(`no column ${feature.name}`);
      if (feature.kind === 'category') addCategory(feature, textAt(column, row), addNumber, oneHots);
      else {
        const x = numberAt(column, row);
        if (feature.kind === 'number') addNumber(x, feature.column);
        else
          for (const { part, column: target } of feature.parts)
            addNumber(Number.isNaN(x) ? x : datetimePart(part, x), target);
      }
    }
    return [...numbers, ...indicators, ...oneHots];
  });
}

function addCategory(
  feature: FittedFeature & { kind: 'category' },
  text: string | null,
  addNumber: (x: number, column: NumberColumn) => void,
  oneHots: number[],
): void {
  if (feature.code !== null) {
    const { categories, values, other, column } = feature.code;
    const rank = text === null ? -1 : categories.indexOf(text);
    addNumber(text === null ? Number.NaN : (values[rank] ?? other), column);
  }
  if (feature.oneHot !== null) {
    const { categories, rare, missing } = feature.oneHot;
    const kept = categories.map((category) => (category === text ? 1 : 0));
    const isMissing = text === null && missing;
    oneHots.push(...kept);
    if (rare) oneHots.push(!isMissing && !kept.includes(1) ? 1 : 0);
    if (missing) oneHots.push(isMissing ? 1 : 0);
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
