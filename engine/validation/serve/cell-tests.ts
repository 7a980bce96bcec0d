import type { Cell, ColumnType } from '../../../local-api/contract/index.ts';
import { parseDatetime } from '../../serving/index.ts';
import type { RowRule } from '../check/row-tests.ts';
import { isNumber, isTime, timeMs } from '../check/sql-values.ts';
import { linearPattern } from './linear-pattern.ts';
import { characters, type RowValue } from './row-expression.ts';

/** What is no value of the type of its column. */
export const misfit = Symbol('misfit');

/** A cell of a request as a value of its column. Integers beyond 2^53 come as text and are told to the nearest number. */
export function valueReader(type: ColumnType): (cell: Cell | undefined) => RowValue | typeof misfit {
  switch (type) {
    case 'string':
      // As in training, the empty text is missing.
      return (cell) => (isMissing(cell) ? null : typeof cell === 'string' ? cell : misfit);
    case 'boolean':
      return (cell) => (cell == null ? null : typeof cell === 'boolean' ? cell : misfit);
    case 'float':
      return (cell) => (cell == null ? null : typeof cell === 'number' ? cell : misfit);
    case 'integer':
      return (cell) => {
        if (cell == null) return null;
        if (typeof cell === 'number') return Number.isInteger(cell) ? cell : misfit;
        return typeof cell === 'string' && /^-?\d{16,19}$/.test(cell) ? Number(cell) : misfit;
      };
    case 'date':
    case 'datetime':
      return (cell) => {
        if (isMissing(cell)) return null;
        if (typeof cell === 'number') return Number.isSafeInteger(cell) ? cell : misfit;
        return (typeof cell === 'string' ? parseDatetime(cell) : null) ?? misfit;
      };
  }
}

function isMissing(cell: Cell | undefined): cell is null | undefined | '' {
  return cell == null || cell === '';
}

/** Whether a value, which is never null but for a rule about missing ones, breaks a rule. Throws UnreadablePattern. */
export function valueTest(rule: RowRule, type: ColumnType): (value: RowValue) => boolean {
  switch (rule.kind) {
    case 'missing':
      return (value) => value === null;
    case 'range': {
      const low = boundOf(rule.min, type) ?? Number.NEGATIVE_INFINITY;
      const high = boundOf(rule.max, type) ?? Number.POSITIVE_INFINITY;
      return (value) => typeof value === 'number' && (value < low || value > high);
    }
    case 'set': {
      const values = new Set<RowValue>(rule.values.map((value) => settledValue(value, type)));
      return (value) => value !== null && !values.has(value);
    }
    case 'pattern': {
      const isFound = linearPattern(rule.pattern);
      return (value) => typeof value === 'string' && !isFound(value);
    }
    case 'length': {
      const { min = 0, max = Number.POSITIVE_INFINITY } = rule;
      return (value) => {
        if (typeof value !== 'string') return false;
        const length = characters(value);
        return length < min || length > max;
      };
    }
  }
}

function boundOf(bound: number | string | undefined, type: ColumnType): number | null {
  if (typeof bound === 'string') return isTime(type) ? timeMs(bound) : null;
  return bound !== undefined && isNumber(type) ? bound : null;
}

function settledValue(value: string | number | boolean, type: ColumnType): RowValue {
  return isTime(type) && typeof value === 'string' ? timeMs(value) : value;
}
