import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../../../engine/errors.ts';
import type { BenchRow } from '../report.ts';

const run = promisify(execFile);

/** The path of a program beside this file. */
export const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What a program that fits prints as JSON. */
export type Fit = { seconds: number; cpuSeconds: number; peakMb: number; auc: number };

/** Runs a program that fits, in a process of its own; tells its figures, or what went wrong, on stderr. */
export async function fitIn(name: string, program: string, args: string[]): Promise<Fit | null> {
  try {
    const { stdout } = await run(program, args);
    const figures = JSON.parse(stdout) as Fit;
    console.error(
      `${name}: ${figures.seconds.toFixed(2)} s (processor ${figures.cpuSeconds.toFixed(2)} s), ${figures.peakMb.toFixed(0)} MB, AUC ${figures.auc.toFixed(4)}`,
    );
    return figures;
  } catch (thrown) {
    console.error(`${name}: ${messageOf(thrown)}`);
    return null;
  }
}

/** Our figures beside a peer's, if there was one. `title` says which trainer and set. */
export function besides(title: string, ours: Fit, peerName: string, theirs: Fit | null): BenchRow[] {
  const row = (
    what: string,
    unit: string,
    own: number,
    peer: number | undefined,
    ratio: number,
  ): BenchRow => ({
    name: `${title}, ${what}`,
    unit,
    ours: own,
    peer: peer ?? null,
    peerName: theirs ? peerName : null,
    ratio: theirs ? ratio : null,
  });
  return [
    row('fit', 's', ours.seconds, theirs?.seconds, (theirs?.seconds ?? 0) / ours.seconds),
    row(
      'processor time',
      's',
      ours.cpuSeconds,
      theirs?.cpuSeconds,
      (theirs?.cpuSeconds ?? 0) / ours.cpuSeconds,
    ),
    row('peak memory', 'MB', ours.peakMb, theirs?.peakMb, (theirs?.peakMb ?? 0) / ours.peakMb),
    row('AUC', '', ours.auc, theirs?.auc, ours.auc / (theirs?.auc ?? 1)),
  ];
}
