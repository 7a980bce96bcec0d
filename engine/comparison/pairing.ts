/** A run as a comparison sees it. */
export type ValuedRun = { runId: string; value: number; pair: string | null };

export type Pairs = {
  keys: string[];
  /** b − a of each pair. */
  differences: number[];
  /** Runs that have no partner. */
  leftOut: string[];
  /** Whether several runs of one side share a key; their mean stands for them. */
  hasRepeats: boolean;
};

/** Pairs the runs of two groups that agree in their key, in the order of the keys. */
export function pairUp(a: readonly ValuedRun[], b: readonly ValuedRun[]): Pairs {
  const [byA, byB] = [byPair(a), byPair(b)];
  const keys = [...byA.keys()].filter((key) => byB.has(key)).sort(compareKeys);
  const kept = new Set(keys);
  const sides = keys.map((key) => ({ a: byA.get(key) ?? [], b: byB.get(key) ?? [] }));
  return {
    keys,
    differences: sides.map((side) => meanValue(side.b) - meanValue(side.a)),
    leftOut: [...a, ...b].filter(({ pair }) => pair === null || !kept.has(pair)).map(({ runId }) => runId),
    hasRepeats: sides.some((side) => side.a.length > 1 || side.b.length > 1),
  };
}

function byPair(runs: readonly ValuedRun[]): Map<string, ValuedRun[]> {
  const found = new Map<string, ValuedRun[]>();
  for (const run of runs) if (run.pair !== null) found.set(run.pair, [...(found.get(run.pair) ?? []), run]);
  return found;
}

function meanValue(runs: readonly ValuedRun[]): number {
  return runs.reduce((sum, { value }) => sum + value, 0) / runs.length;
}

function compareKeys(x: string, y: string): number {
  return x.localeCompare(y, 'en', { numeric: true });
}
