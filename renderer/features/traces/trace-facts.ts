import type { Trace } from '../../../local-api/contract/index.ts';

/** What the application counted: tokens of all model calls of a trace, and their price. null where it did not say. */
export type TraceUsage = {
  inputTokens: number | null;
  outputTokens: number | null;
  totalTokens: number | null;
  costUsd: number | null;
};

const nothing: Record<string, unknown> = {};

function objectIn(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return nothing;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : nothing;
  } catch {
    return nothing;
  }
}

function numberIn(values: Record<string, unknown>, key: string): number | null {
  const value = values[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Reads what MLflow's client writes into the metadata of a trace. */
export function usageOf({ metadata }: Pick<Trace, 'metadata'>): TraceUsage {
  const tokens = objectIn(metadata['mlflow.trace.tokenUsage']);
  const cost = objectIn(metadata['mlflow.trace.cost']);
  return {
    inputTokens: numberIn(tokens, 'input_tokens'),
    outputTokens: numberIn(tokens, 'output_tokens'),
    totalTokens: numberIn(tokens, 'total_tokens'),
    costUsd: numberIn(cost, 'total_cost'),
  };
}

/** A price with as many decimals as it needs: $0.00042, $1.30. */
export function formatCost(usd: number): string {
  return `$${usd >= 0.01 || usd === 0 ? usd.toFixed(2) : Number(usd.toPrecision(2))}`;
}

/** Tags that people and programs set, without those by which MLflow's clients keep their own books. */
export function ownTags(tags: Readonly<Record<string, string>>): [key: string, value: string][] {
  return Object.entries(tags).filter(([key]) => !key.startsWith('mlflow.'));
}

/** A condition on the time of a trace for the filter; `now` in milliseconds. */
export function sinceCondition(range: string | undefined, nowMs: number): string | undefined {
  const spanMs = ranges.find(({ id }) => id === range)?.spanMs;
  return spanMs === undefined ? undefined : `requestTimeMs >= ${nowMs - spanMs}`;
}

const hourMs = 3_600_000;
/** Times to choose from. */
export const ranges: readonly { id: string; label: string; spanMs?: number }[] = [
  { id: 'all', label: 'Any time' },
  { id: '15m', label: 'Last 15 minutes', spanMs: hourMs / 4 },
  { id: '1h', label: 'Last hour', spanMs: hourMs },
  { id: '24h', label: 'Last 24 hours', spanMs: 24 * hourMs },
  { id: '7d', label: 'Last 7 days', spanMs: 7 * 24 * hourMs },
  { id: '30d', label: 'Last 30 days', spanMs: 30 * 24 * hourMs },
];
