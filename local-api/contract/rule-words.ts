import type { ColumnRule, TableRule } from './data-schema-rules.ts';

export function countText(value: number): string {
  return value.toLocaleString('en-US');
}

/** Six significant digits. */
export function figureText(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? countText(value) : value.toExponential(5);
  const size = Math.abs(value);
  return size >= 1e9 || size < 1e-4 ? value.toExponential(4) : String(Number(value.toPrecision(6)));
}

/** Never "0 %" or "100 %" of what is not quite none or all. */
export function percentText(share: number): string {
  if (share > 0 && share < 0.0001) return 'under 0.01 %';
  if (share < 1 && share > 0.9999) return 'over 99.99 %';
  return `${Number((100 * share).toPrecision(share > 0.99 ? 4 : 3))} %`;
}

export function limits(min: number | string | undefined, max: number | string | undefined): string {
  const text = (bound: number | string) => (typeof bound === 'number' ? figureText(bound) : bound);
  if (min !== undefined && max !== undefined) return `${text(min)} to ${text(max)}`;
  if (min !== undefined) return `at least ${text(min)}`;
  return max === undefined ? 'anything' : `at most ${text(max)}`;
}

function most({ mostly }: { mostly: number }): string {
  return mostly < 1 ? ` for at least ${percentText(mostly)}` : '';
}

function restricted({ where }: { where?: string | undefined }): string {
  return where === undefined ? '' : ` where ${where}`;
}

/** What a rule asks for, in a few words. */
export function wordsOfRule(rule: ColumnRule | TableRule): string {
  switch (rule.kind) {
    case 'missing':
      return `${rule.maxShare === 0 ? 'nothing missing' : `at most ${percentText(rule.maxShare)} missing`}${restricted(rule)}`;
    case 'range':
      return `${limits(rule.min, rule.max)}${most(rule)}${restricted(rule)}`;
    case 'set': {
      const shown = rule.values.slice(0, 8).map(String).join(', ');
      const rest = rule.values.length > 8 ? ` and ${rule.values.length - 8} more` : '';
      return `one of ${shown}${rest}${most(rule)}${restricted(rule)}`;
    }
    case 'pattern':
      return `matches ${rule.pattern}${most(rule)}${restricted(rule)}`;
    case 'length':
      return `${limits(rule.min, rule.max)} characters${most(rule)}${restricted(rule)}`;
    case 'unique':
      return `no value twice${most(rule)}${restricted(rule)}`;
    case 'monotone':
      return `${rule.strict ? 'strictly ' : ''}${rule.direction}${most(rule)}`;
    case 'distinct':
      return `${limits(rule.min, rule.max)} different values${restricted(rule)}`;
    case 'statistic':
      return `${rule.statistic} ${limits(rule.min, rule.max)}${restricted(rule)}`;
    case 'distribution':
      return `as in ${rule.reference === 'previous' ? 'the version before' : `version ${rule.reference}`}`;
    case 'row-count':
      return `${limits(rule.min, rule.max)} rows`;
    case 'row-count-change':
      return `${limits(rule.minRatio, rule.maxRatio)} times the rows of the version before`;
    case 'key':
      return `no two rows with equal ${rule.columns.join(', ') || 'values everywhere'}${most(rule)}`;
    case 'freshness':
      return `newest ${rule.column} at most ${hoursText(rule.maxAgeHours)} old`;
    case 'foreign-key':
      return `${rule.columns.join(', ')} ${rule.columns.length === 1 ? 'is' : 'are'} in ${rule.dataset}${rule.version === undefined ? '' : ` v${rule.version}`}${most(rule)}`;
    case 'condition':
      return `${rule.sql}${most(rule)}${restricted(rule)}`;
    case 'query':
      return `no rows from ${rule.sql}`;
  }
}

export function hoursText(value: number): string {
  return value >= 48 ? `${figureText(value / 24)} days` : `${figureText(value)} h`;
}
