import { type Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import {
  type ColumnDrift,
  type DriftLevel,
  DriftMethod,
  DriftPreset,
  type DriftReport,
  DriftRule,
  type DriftSettingsInput,
  driftLevelOf,
  driftMethods,
  EmbeddingMethod,
} from '../contract/index.ts';
import { numberOption } from './number-option.ts';
import { formatNumber, type Output } from './output.ts';

export type JudgingOptions = {
  preset?: DriftPreset;
  method: readonly [string, DriftMethod | EmbeddingMethod][];
  threshold: readonly [string, number][];
  smallestEffect?: number;
  level?: number;
  driftedWhen?: DriftRule;
  allMethods?: boolean;
};

/** The options that say how columns are judged. */
export function withJudging(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--preset <preset>',
        'who decides: honest (size and significance, the default), or as another project does',
      ).choices(DriftPreset.options),
    )
    .option(
      '--method <column=method>',
      'this method decides about a column, or about an embedding (embedding-mmd, …); repeatable',
      methodOf,
      [],
    )
    .option(
      '--threshold <name=number>',
      'threshold of a column, or of a method wherever it decides; repeatable',
      thresholdOf,
      [],
    )
    .option(
      '--smallest-effect <deviations>',
      'changes below so many standard deviations do not matter',
      numberOption,
    )
    .option('--level <share>', 'share of reports without drift that may alarm: 0.05', numberOption)
    .option(
      '--drifted-when <rule>',
      'the whole counts as drifted when "any" column has, "50%" of them, or "3" of them',
      ruleOf,
    )
    .option('--all-methods', 'compute the slow methods too');
}

/** The settings that the options give; what is left out is left to the engine. */
export function settingsOf(options: JudgingOptions): DriftSettingsInput {
  const { preset, method, threshold, smallestEffect, level, driftedWhen, allMethods } = options;
  const isMethod = (name: string) =>
    [...DriftMethod.options, ...EmbeddingMethod.options].some((known) => known === name);
  return {
    ...(preset === undefined ? {} : { preset }),
    ...(smallestEffect === undefined ? {} : { smallestEffect }),
    ...(level === undefined ? {} : { level }),
    ...(driftedWhen === undefined ? {} : { rule: driftedWhen }),
    ...(allMethods === true ? { allMethods } : {}),
    methods: Object.fromEntries(
      method.flatMap(([column, name]) => {
        const known = DriftMethod.safeParse(name);
        return known.success ? [[column, known.data] as const] : [];
      }),
    ),
    embeddingMethods: Object.fromEntries(
      method.flatMap(([column, name]) => {
        const known = EmbeddingMethod.safeParse(name);
        return known.success ? [[column, known.data] as const] : [];
      }),
    ),
    thresholds: Object.fromEntries(threshold.filter(([name]) => isMethod(name))),
    columnThresholds: Object.fromEntries(threshold.filter(([name]) => !isMethod(name))),
  };
}

function pairOf(text: string, form: string): [string, string] {
  const at = text.lastIndexOf('=');
  if (at <= 0 || at === text.length - 1) throw new InvalidArgumentError(`It takes ${form}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function methodOf(text: string, before: JudgingOptions['method']): JudgingOptions['method'] {
  const [column, name] = pairOf(text, 'column=method');
  const method = z.enum([...DriftMethod.options, ...EmbeddingMethod.options]).safeParse(name);
  if (!method.success) {
    const known = [...DriftMethod.options, ...EmbeddingMethod.options];
    throw new InvalidArgumentError(`"${name}" is none of ${known.join(', ')}.`);
  }
  return [...before, [column, method.data]];
}

function thresholdOf(text: string, before: readonly [string, number][]): [string, number][] {
  const [name, value] = pairOf(text, 'column=number or method=number');
  return [...before, [name, numberOption(value)]];
}

function ruleOf(text: string): DriftRule {
  const number = Number(text.replace(/%$/, ''));
  const rule = text.endsWith('%')
    ? { by: 'share', share: number / 100 }
    : text === 'any'
      ? { by: 'any' }
      : { by: 'count', count: number };
  const parsed = DriftRule.safeParse(rule);
  if (!parsed.success)
    throw new InvalidArgumentError('It takes any, a share such as 50%, or a number of columns.');
  return parsed.data;
}

const levels: Record<DriftLevel, string> = {
  drifted: pc.yellow('drifted'),
  minor: pc.cyan('minor'),
  none: pc.dim('stable'),
  'too-few': pc.dim('too few rows'),
};
const rank: Record<DriftLevel, number> = { drifted: 0, minor: 1, 'too-few': 2, none: 3 };

/** The columns of a report, the most changed first, and what was left out. */
export function printColumns(
  output: Output,
  { columns, skippedColumns }: Pick<DriftReport, 'columns' | 'skippedColumns'>,
): void {
  const size = (column: ColumnDrift) => column.effect?.value ?? column.score;
  const sorted = [...columns].sort(
    (a, b) => rank[driftLevelOf(a)] - rank[driftLevelOf(b)] || size(b) - size(a),
  );
  const isHonest = (column: ColumnDrift) => column.significance !== undefined && column.chosen === undefined;
  output.table(
    sorted,
    [
      { title: 'column', value: (c) => c.name },
      { title: 'verdict', value: (c) => levels[driftLevelOf(c)] },
      {
        title: 'change',
        value: (c) => (c.effect ? `${c.effect.value.toFixed(2)} σ` : formatNumber(c.score)),
        align: 'right',
      },
      {
        title: 'p',
        value: (c) => formatP(c.significance?.adjusted ?? c.pValue),
        align: 'right',
      },
      {
        title: 'judged by',
        value: (c) =>
          isHonest(c)
            ? 'size, p'
            : `${c.method} ${formatNumber(driftMethods[c.method].alert === 'p-value' ? c.pValue : c.score)} / ${formatNumber(c.threshold)}`,
      },
      { title: '', value: (c) => pc.dim(c.reason) },
    ],
    'No column could be compared.',
  );
  for (const skipped of skippedColumns) output.line(pc.dim(`${skipped.name} left out: ${skipped.reason}`));
}

/** Below it digits say nothing: tests of millions of rows end far beyond what doubles hold. */
function formatP(p: number | null | undefined): string {
  return typeof p === 'number' && p < 1e-12 ? '< 1e-12' : formatNumber(p);
}
