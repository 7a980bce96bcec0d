import type { Gate, Signature } from '../../../local-api/contract/index.ts';
import { partsOf, type TrainingTable } from '../../training/index.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';
import { isHigherBetter, type ScoredRows, weightedMetric } from './row-metrics.ts';
import { isWithin, judged, limitsText, number, skip, type Verdict } from './verdict.ts';

type GateOf<K extends Gate['kind']> = Extract<Gate, { kind: K }>;

/** Two models on the same rows: that of the environment and the one that wants to go there. */
export type Duel = { champion: { version: string; rows: ScoredRows }; candidate: ScoredRows };

/** Judges a candidate against the version in the environment by a paired bootstrap. */
export function judgeChampion(gate: GateOf<'champion'>, duel: Duel, signal: AbortSignal): Verdict {
  const { metric, tolerance, confidence } = gate;
  const limit = championLimit(gate);
  const ofChampion = weightedMetric(metric, duel.champion.rows);
  const ofCandidate = weightedMetric(metric, duel.candidate);
  if (ofChampion === null || ofCandidate === null)
    return skip(`${metric} is no metric of a ${duel.candidate.task}.`, limit);
  const rows = duel.candidate.truth.length;
  const found = pairedBootstrap(ofChampion, ofCandidate, rows, confidence, signal);
  if (found === null) return skip(`${metric} is not defined on the ${rows} test rows.`, limit);
  const sign = isHigherBetter[metric] ? 1 : -1;
  // How much better the candidate is.
  const [low, high] = sign === 1 ? [found.low, found.high] : [-found.high, -found.low];
  const isFine = {
    'not-shown-worse': high >= -tolerance,
    'not-worse': low >= -tolerance,
    better: low > 0,
  }[gate.require];
  const interval = `${number(found.low)} to ${number(found.high)}`;
  const reason = [
    `${metric} is ${number(found.b)}, that of ${duel.champion.version} ${number(found.a)};`,
    `difference ${number(found.difference)} (${number(100 * confidence)} %: ${interval}), by a paired bootstrap`,
    `over ${rows} rows with ${found.resamples} resamples.`,
  ].join(' ');
  return judged(isFine, `${number(found.b)} against ${number(found.a)}`, limit, reason);
}

export function championLimit({ require, tolerance }: GateOf<'champion'>): string {
  const by = tolerance === 0 ? '' : ` by more than ${number(tolerance)}`;
  return { 'not-shown-worse': `not shown to be worse${by}`, 'not-worse': `not worse${by}`, better: 'better' }[
    require
  ];
}

/** Judges a metric within each part of a column. */
export function judgeSlices(
  gate: GateOf<'slices'>,
  scored: ScoredRows,
  table: TrainingTable,
  signature: Signature,
): Verdict {
  const { metric, column, minRows, maxDifference } = gate;
  const limits = limitsText(gate);
  const limit = [
    ...(limits === '' ? [] : [limits]),
    ...(maxDifference === undefined ? [] : [`at most ${number(maxDifference)} apart`]),
  ].join(', ');
  const measure = weightedMetric(metric, scored);
  if (measure === null) return skip(`${metric} is no metric of a ${scored.task}.`, limit);
  const data = table.columns.find(({ name }) => name === column);
  if (data === undefined) {
    const inputs = signature.inputs.map(({ name }) => name).join(', ');
    return judged(false, '', limit, `The model has no input "${column}"; it has ${inputs}.`);
  }
  const everyRow = Int32Array.from({ length: table.rows }, (_, row) => row);
  const slices = partsOf(data, everyRow).flatMap(({ name, rows }) => {
    if (rows.length < minRows) return [];
    const weights = new Uint8Array(table.rows);
    for (const row of rows) weights[row] = 1;
    const value = measure(weights);
    return Number.isNaN(value) ? [] : [{ name, value, rows: rows.length }];
  });
  if (slices.length === 0) return skip(`No part of "${column}" has ${minRows} test rows.`, limit);
  const sign = isHigherBetter[metric] ? 1 : -1;
  slices.sort((a, b) => sign * (a.value - b.value));
  const worst = slices[0] as (typeof slices)[number];
  const best = slices.at(-1) as (typeof slices)[number];
  const difference = Math.abs(best.value - worst.value);
  const isFine =
    slices.every(({ value }) => isWithin(value, gate)) &&
    (maxDifference === undefined || difference <= maxDifference);
  const told = slices.slice(0, 8).map((slice) => `${slice.name} ${number(slice.value)} (${slice.rows} rows)`);
  const measured = `worst ${number(worst.value)}, ${number(difference)} apart`;
  return judged(isFine, measured, limit, `${metric} by ${column}, the worst first: ${told.join(', ')}.`);
}
