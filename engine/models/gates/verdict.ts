import type { GateResult } from '../../../local-api/contract/index.ts';

/** A verdict before its gate and its time are written beside it. */
export type Verdict = Pick<GateResult, 'verdict' | 'measured' | 'limit' | 'reason'>;

export function skip(reason: string, limit = ''): Verdict {
  return { verdict: 'skipped', measured: '', limit, reason };
}

export function judged(isFine: boolean, measured: string, limit: string, reason: string): Verdict {
  return { verdict: isFine ? 'pass' : 'fail', measured, limit, reason };
}

type Limits = { min?: number | undefined; max?: number | undefined };

export function isWithin(value: number, { min, max }: Limits): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

export function limitsText({ min, max }: Limits): string {
  const parts = [
    ...(min === undefined ? [] : [`at least ${number(min)}`]),
    ...(max === undefined ? [] : [`at most ${number(max)}`]),
  ];
  return parts.join(', ');
}

/** Four significant digits, as people compare them. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return 'not defined';
  return String(Number(value.toPrecision(4)));
}

export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${number(bytes / 1e3)} kB` : `${number(bytes / 1e6)} MB`;
}
