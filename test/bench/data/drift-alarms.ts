/**
 * `node test/bench/data/drift-alarms.ts [rounds]`: how often a report alarms without drift, and how often it finds one column that moved
 * by 0.3 standard deviations, by our default and by the rules of others; the table of docs/guide/drift.md.
 */
import { judge, runMethod } from '../../../engine/monitoring/methods/index.ts';
import { presetMethod } from '../../../engine/monitoring/preset-method.ts';
import { isDatasetDrifted, judgeColumns } from '../../../engine/monitoring/verdict.ts';
import { type SeededRandom, seededRandom } from '../../../engine/statistics/index.ts';
import { DriftSettings, driftMethods } from '../../../local-api/contract/index.ts';
import { drawnColumn, drawnWindows, type Law, laws } from '../../kit/drift-draws.ts';

const rounds = Number(process.argv[2] ?? 200);
const mixed = Object.values(laws);
const kinds: Record<string, readonly Law[]> = Object.fromEntries([
  ...mixed.map((law) => [law.title, [law]]),
  ['mixed', mixed],
]);
/** Reference rows, current rows, columns, and the share of the rounds that it is worth; `only`: of this kind alone. */
type Setting = { m: number; n: number; columns: number; part: number; only?: string };

const settings: readonly Setting[] = [
  { m: 1000, n: 50, columns: 5, part: 1 },
  { m: 1000, n: 50, columns: 200, part: 0.25 },
  { m: 50, n: 50, columns: 20, part: 1 },
  { m: 1000, n: 1000, columns: 20, part: 0.5 },
  { m: 10_000, n: 100, columns: 20, part: 0.25 },
  { m: 100_000, n: 100_000, columns: 5, part: 0.1 },
  { m: 100_000, n: 100_000, columns: 50, part: 0.1, only: 'mixed' },
  { m: 100_000, n: 100_000, columns: 200, part: 0.1, only: 'mixed' },
];

type Rule = (
  mix: readonly Law[],
  m: number,
  n: number,
  shifts: readonly number[],
  random: SeededRandom,
) => boolean[];

const honest: Rule = (mix, m, n, shifts, random) => {
  const drawn = shifts.map((shift, i) => drawnColumn(lawOf(mix, i), `c${i}`, m, n, shift, random));
  return judgeColumns(drawn, DriftSettings.parse({})).map(({ drifted }) => drifted);
};

function rulesOf(preset: 'evidently' | 'nannyml'): Rule {
  return (mix, m, n, shifts, random) =>
    shifts.map((shift, i) => {
      const law = lawOf(mix, i);
      const windows = drawnWindows(law, m, n, shift, random);
      const distinct = windows.numbers?.gaps().distinct ?? windows.counts?.labels.length ?? 0;
      const method = presetMethod(preset, {
        type: law.kind === 'number' ? 'float' : 'string',
        kind: law.kind,
        referenceSize: m,
        referenceDistinct: distinct,
        distinct,
      });
      if (method === null) return false;
      const outcome = runMethod(method, windows);
      return 'reason' in outcome
        ? false
        : judge(method, outcome, driftMethods[method].defaultThreshold).drifted;
    });
}

function lawOf(mix: readonly Law[], i: number): Law {
  return mix[i % mix.length] as Law;
}

const rules: Record<string, Rule> = { honest, evidently: rulesOf('evidently'), nannyml: rulesOf('nannyml') };

function shareOf(count: number, test: () => boolean): string {
  let hits = 0;
  for (let i = 0; i < count; i++) if (test()) hits += 1;
  return `${((100 * hits) / count).toFixed(1)} %`.padStart(8);
}

console.log(
  `reports that alarm without drift (any column), of ${rounds} and fewer; honest, evidently, nannyml`,
);
for (const { m, n, columns, part, only } of settings) {
  for (const [kind, mix] of Object.entries(kinds)) {
    if (only !== undefined && kind !== only) continue;
    const random = seededRandom(1, `${m} ${n} ${columns} ${kind}`);
    const still = new Array<number>(columns).fill(0);
    const count = Math.max(20, Math.round(rounds * part));
    const shares = Object.entries(rules).map(([name, rule]) => {
      // The others alarm so often that few rounds say it.
      const times = name === 'honest' ? count : Math.min(count, 40);
      return shareOf(times, () =>
        isDatasetDrifted(
          rule(mix, m, n, still, random).map((drifted) => ({ drifted })),
          { by: 'any' },
        ),
      );
    });
    console.log(`${m}/${n} rows, ${columns} columns, ${kind.padEnd(28)} ${shares.join(' ')}`);
  }
}
console.log(`one column moved by 0.3 standard deviations, 1,000 against 1,000 rows; found, of ${rounds}`);
for (const columns of [5, 200]) {
  for (const [kind, mix] of Object.entries(kinds)) {
    const random = seededRandom(2, `${columns} ${kind}`);
    const others = Array.from({ length: columns - 1 }, (_, i) =>
      drawnColumn(lawOf(mix, i), `n${i}`, 1000, 1000, 0, random),
    );
    const share = shareOf(rounds, () => {
      const moved = drawnColumn(lawOf(mix, random.integer(mix.length)), 'moved', 1000, 1000, 0.3, random);
      return judgeColumns([moved, ...others], DriftSettings.parse({}))[0]?.drifted === true;
    });
    console.log(`${columns} columns, ${kind.padEnd(28)} ${share}`);
  }
}
