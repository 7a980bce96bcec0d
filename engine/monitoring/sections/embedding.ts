import type { ColumnDrift, EmbeddingColumn, EmbeddingDrift } from '../../../local-api/contract/index.ts';
import type { DuckDb } from '../../duckdb/index.ts';
import type { ColumnSettings } from '../compare-columns.ts';
import { compareVectors, judgeVectors } from '../embeddings/compare-vectors.ts';
import { columnGroups, type ListColumn } from '../embeddings/find-vectors.ts';
import { type ReadVectors, readColumnGroup, readListColumn } from '../embeddings/read-vectors.ts';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import type { Frame } from '../windows/frame.ts';
import type { OpenWindow } from '../windows/open-window.ts';

const FEWEST_ROWS = 30;
const MOST_ROWS = 20_000;
/** Below this an area under the curve is no more than a shade, however many rows show it. */
const LEAST_AUC = 0.55;

export type EmbeddingInput = {
  windows: { reference: OpenWindow; current: OpenWindow };
  frames: { reference: Frame; current: Frame };
  lists: readonly ListColumn[];
  columns: readonly ColumnDrift[];
  settings: ColumnSettings;
  seed: number;
  signal: AbortSignal;
};

type Measured = Omit<EmbeddingColumn, 'drifted' | 'pValue' | 'method' | 'reason' | 'results'> & {
  pValue: number;
  found: ReturnType<typeof compareVectors>;
};

/**
 * Embeddings: columns of lists, and columns numbered one after the other. By default one has drifted when a classifier or the kernel
 * tells the sides apart by enough to matter (AUC 0.55) and by more than chance, corrected over the embeddings and the columns of the
 * report together (Benjamini–Hochberg); a chosen method, and the preset of Evidently, decide by their score alone.
 */
export async function embeddingDrift(db: DuckDb, input: EmbeddingInput): Promise<EmbeddingDrift> {
  const { lists, frames, settings, windows, seed, signal } = input;
  const groups = columnGroups(settings.plan.columns);
  const measured: Measured[] = [];
  const few: string[] = [];
  const add = (
    name: string,
    source: EmbeddingColumn['source'],
    pair: { reference: ReadVectors; current: ReadVectors },
  ) => {
    signal.throwIfAborted();
    const { reference, current } = pair;
    if (Math.min(reference.vectors.rows, current.vectors.rows) < FEWEST_ROWS) few.push(name);
    else measured.push(measure(name, source, reference, current, seed));
  };
  for (const list of lists) {
    const read = (window: OpenWindow) => readListColumn(db, window, list, { limit: MOST_ROWS, seed });
    add(list.name, 'list', {
      reference: await read(windows.reference),
      current: await read(windows.current),
    });
  }
  for (const { name, columns } of groups) {
    add(name, 'columns', {
      reference: readColumnGroup(frames.reference, columns),
      current: readColumnGroup(frames.current, columns),
    });
  }
  if (measured.length === 0) {
    return {
      status: 'skipped',
      reason:
        few.length > 0
          ? `${few.join(', ')}: fewer than ${FEWEST_ROWS} vectors on a side.`
          : 'No column holds lists of numbers of one length, and none are numbered one after the other.',
    };
  }
  const embeddings = judged(measured, input);
  const drifted = embeddings.filter((one) => one.drifted);
  return {
    status: 'done',
    drifted: drifted.length > 0,
    finding:
      drifted.length > 0
        ? drifted.map(({ reason }) => reason).join(' ')
        : `The vectors of ${embeddings.map(({ name }) => name).join(', ')} lie as they did.`,
    embeddings,
  };
}

function measure(
  name: string,
  source: EmbeddingColumn['source'],
  reference: ReadVectors,
  current: ReadVectors,
  seed: number,
): Measured {
  const found = compareVectors(reference.vectors, current.vectors, seed);
  const { apart, kernel, scores } = found;
  return {
    ...{ name, source, scores, found },
    dimensions: reference.vectors.width,
    rows: { reference: reference.vectors.rows, current: current.vectors.rows },
    missing: { reference: reference.missing, current: current.missing },
    auc: Math.max(apart.auc, kernel.area.auc),
    low: apart.low,
    high: apart.high,
    // Two tests of one thing: the smaller p-value, doubled.
    pValue: Math.min(1, 2 * Math.min(apart.pValue, kernel.pValue)),
  };
}

function judged(measured: readonly Measured[], { columns, settings }: EmbeddingInput): EmbeddingColumn[] {
  const others = columns.map(({ significance, pValue }) => significance?.pValue ?? pValue ?? 1);
  const adjusted = benjaminiHochberg([...measured.map(({ pValue }) => pValue), ...others]);
  return measured.map(({ found, ...one }, i) => {
    const own = settings.columnThresholds[one.name];
    const method =
      settings.embeddingMethods[one.name] ??
      (settings.preset === 'evidently' ? 'embedding-classifier' : null);
    const results = found.results.map((result) =>
      judgeVectors(
        result,
        (result.method === method ? own : undefined) ?? settings.thresholds[result.method],
      ),
    );
    const pValue = adjusted[i] ?? 1;
    const deciding = results.find((result) => result.method === method);
    const drifted = deciding?.drifted ?? (pValue <= settings.level && one.auc >= (own ?? LEAST_AUC));
    return {
      ...one,
      method,
      results,
      pValue,
      drifted,
      reason: reasonOf({ ...one, pValue, drifted, deciding }),
    };
  });
}

type Judgement = Pick<EmbeddingColumn, 'name' | 'dimensions' | 'auc' | 'pValue' | 'drifted'> & {
  deciding: EmbeddingColumn['results'][number] | undefined;
};

function reasonOf({ name, dimensions, auc, pValue, drifted, deciding }: Judgement): string {
  const what = `${name} (${dimensions} numbers)`;
  if (deciding !== undefined) {
    return `${what} ${drifted ? 'has drifted' : 'has not drifted'}: ${deciding.method.slice('embedding-'.length)} is ${figure(deciding.score)}, ${drifted ? 'above' : 'not above'} ${deciding.threshold}.`;
  }
  const chance = pValue < 0.001 ? 'p < 0.001' : `p = ${Number(pValue.toPrecision(2))}`;
  if (drifted)
    return `${what} has drifted: vectors of the two sides are told apart with an AUC of ${auc.toFixed(3)} (${chance}).`;
  return pValue > 0.05
    ? `${what} shows no more difference than chance (AUC ${auc.toFixed(3)}, ${chance}).`
    : `${what} differs for certain, but too little to matter (AUC ${auc.toFixed(3)}, ${chance}).`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
