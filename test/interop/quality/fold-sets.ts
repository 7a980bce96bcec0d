import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FittedModel } from '../../../engine/training/trainers/trainer.ts';
import { rmse, type Sample } from '../../kit/training.ts';

/** A data set with the fold of each row, and what references reached on each fold. */
export type FoldSet = Sample & { folds: Uint8Array; classes: number; losses: Record<string, number[]> };

/** A set as the Python programs beside this file write it. */
export async function readFoldSet(dir: string, name: string): Promise<FoldSet> {
  const bytes = async (ending: string) => new Uint8Array(await readFile(join(dir, `${name}.${ending}`)));
  const facts = JSON.parse(await readFile(join(dir, `${name}.json`), 'utf8')) as {
    width: number;
    classes: number;
    losses: Record<string, number[]>;
  };
  const y = new Float64Array((await bytes('y.f64')).buffer);
  const x = new Float32Array((await bytes('x.f32')).buffer);
  return { ...facts, x, y, n: y.length, weights: null, folds: await bytes('fold.u8') };
}

export function pickRows({ x, y, width }: Sample, keep: (row: number) => boolean): Sample {
  const rows = [...y.keys()].filter(keep);
  return {
    x: Float32Array.from(rows.flatMap((row) => [...x.subarray(row * width, (row + 1) * width)])),
    y: Float64Array.from(rows, (row) => y[row] ?? 0),
    n: rows.length,
    width,
    weights: null,
  };
}

function logLoss(answers: Float32Array, { y, n }: Sample, classes: number): number {
  // As scikit-learn, which keeps shares of float32 this far from zero.
  const shareOf = (row: number) => Math.max(answers[row * classes + (y[row] ?? 0)] ?? 0, 1.2e-7);
  return mean(Array.from({ length: n }, (_, row) => -Math.log(shareOf(row))));
}

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

export const classesOf = ({ classes }: FoldSet): { classes?: number } => (classes > 0 ? { classes } : {});

/** The log loss, or the RMSE, on each of five folds of what was fitted on the others. */
export async function lossesOfFolds(
  data: FoldSet,
  modelOf: (train: Sample, held: Sample, fold: number) => Promise<FittedModel>,
): Promise<number[]> {
  const losses: number[] = [];
  for (let fold = 0; fold < 5; fold++) {
    const train = pickRows(data, (row) => data.folds[row] !== fold);
    const held = pickRows(data, (row) => data.folds[row] === fold);
    const answers = (await modelOf(train, held, fold)).predict(held.x, held.n);
    losses.push(data.classes > 0 ? logLoss(answers, held, data.classes) : rmse(answers, held.y));
  }
  return losses;
}

/** Tells the losses beside those of each reference; ours may be higher by one standard error of theirs. */
export function expectAsGood(name: string, ours: readonly number[], theirs: FoldSet['losses']): void {
  for (const [peer, losses] of Object.entries(theirs)) {
    const allowed = mean(losses) + standardError(losses);
    const told = `${peer} ${mean(losses).toFixed(4)} (at most ${allowed.toFixed(4)})`;
    console.error(`${name}: ${mean(ours).toFixed(4)}, ${told}`);
    expect(mean(ours)).toBeLessThanOrEqual(allowed);
  }
}
