import { setImmediate } from 'node:timers/promises';
import type {
  EndpointPredictRequest,
  PredictRequest,
  PredictResponse,
  ShadowFigures,
} from '../../../local-api/contract/index.ts';
import type { RouteArm } from './choose-arm.ts';

/** Requests that may wait to be compared; beyond them comparing is given up, never the answer. */
const maxWaiting = 100;

type Task = { arm: RouteArm; request: EndpointPredictRequest; live: PredictResponse };

export type Shadows = {
  /** Returns at once. */
  compare(arms: readonly RouteArm[], request: EndpointPredictRequest, live: PredictResponse): void;
  figures(): ShadowFigures[];
  /** Waits until nothing is waiting: for tests and for closing. */
  idle(): Promise<void>;
};

/**
 * Asks the shadows of one endpoint what was answered already, one request at a time, and counts where they differ. Runs
 * after the answer has gone out, gives way between two requests, and drops what it cannot keep up with.
 */
export function createShadows(predict: (request: PredictRequest) => Promise<PredictResponse>): Shadows {
  const byArm = new Map<string, ShadowFigures>();
  const waiting: Task[] = [];
  let working: Promise<void> | null = null;

  const figuresOf = (arm: string): ShadowFigures => {
    const known = byArm.get(arm);
    if (known !== undefined) return known;
    const fresh = { arm, compared: 0, disagreements: 0, maxDifference: 0, dropped: 0, failed: 0 };
    byArm.set(arm, fresh);
    return fresh;
  };
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      await setImmediate();
      const figures = figuresOf(task.arm.name);
      try {
        addDifferences(figures, task.live, await predict({ ...task.request, model: task.arm.ref }));
      } catch {
        figures.failed += 1;
      }
    }
    working = null;
  };

  return {
    compare(arms, request, live) {
      for (const arm of arms) {
        if (waiting.length >= maxWaiting) figuresOf(arm.name).dropped += 1;
        else waiting.push({ arm, request, live });
      }
      working ??= work();
    },
    figures: () => [...byArm.values()].map((figures) => ({ ...figures })),
    async idle() {
      await working;
    },
  };
}

function addDifferences(figures: ShadowFigures, live: PredictResponse, shadow: PredictResponse): void {
  figures.compared += live.rows;
  for (let row = 0; row < live.rows; row += 1) {
    const size = Math.abs(live.value?.[row] ?? 0);
    const byValue = distance(live.value?.[row], shadow.value?.[row]);
    const isOther =
      live.label === undefined ? byValue > 1e-6 * Math.max(1, size) : live.label[row] !== shadow.label?.[row];
    if (isOther) figures.disagreements += 1;
    const width = live.probabilities?.[row]?.length ?? 0;
    let largest = byValue;
    for (let k = 0; k < width; k += 1)
      largest = Math.max(largest, distance(live.probabilities?.[row]?.[k], shadow.probabilities?.[row]?.[k]));
    if (largest > figures.maxDifference) figures.maxDifference = largest;
  }
}

/** 0 for two values that are both absent or not a number. */
function distance(a: number | undefined, b: number | undefined): number {
  const difference = Math.abs((a ?? 0) - (b ?? 0));
  return Number.isFinite(difference) ? difference : 0;
}
