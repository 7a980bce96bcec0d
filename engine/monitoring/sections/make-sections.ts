import type { ColumnDrift, DriftSection, DriftSections } from '../../../local-api/contract/index.ts';
import type { DuckDb } from '../../duckdb/index.ts';
import { measureUpstream } from '../causes/measure-upstream.ts';
import type { UpstreamPlan } from '../causes/plan-upstream.ts';
import type { ColumnSettings } from '../compare-columns.ts';
import type { ListColumn } from '../embeddings/find-vectors.ts';
import type { OpenWindow } from '../windows/open-window.ts';
import { thinWindow } from '../windows/thin-window.ts';
import { findCauses } from './causes.ts';
import { conceptDrift } from './concept.ts';
import { embeddingDrift } from './embedding.ts';
import { estimatePerformance } from './estimate.ts';
import { multivariateDrift } from './multivariate.ts';
import { predictionDrift, targetDrift } from './predictions.ts';
import { qualityDrift } from './quality.ts';
import { readWindowFrame } from './read-frames.ts';
import { type ScoredWindow, type ScoringModel, scoreWindow } from './score-window.ts';
import { textDrift } from './text.ts';

export type SectionsInput = {
  windows: { reference: OpenWindow; current: OpenWindow };
  columns: readonly ColumnDrift[];
  settings: ColumnSettings;
  /** Columns of vectors; they are not among the columns. */
  lists: readonly ListColumn[];
  upstream: UpstreamPlan;
  model: ScoringModel | null;
  /** Why there is no model. */
  modelNote: string;
  /** Name of the truth, for people. */
  target: string | null;
  wanted: readonly DriftSection[];
  seed: number;
  /** For what is written on the way. */
  folder: string;
  signal: AbortSignal;
  progress(share: number, message: string): void;
};

/** Rows of a window that the parts look at; the data themselves are compared in whole. */
const MOST_ROWS = 20_000;
/** Rows whose quality is checked. */
const MOST_ROWS_CHECKED = 100_000;

const notWanted = { status: 'skipped', reason: 'It was not asked for.' } as const;

/**
 * The parts of a report besides the columns of the data, each only when these windows can give it, else with the reason. Parts look at
 * 20,000 rows of a side at most, quality is checked on 100,000 at equal distances. Same windows and seed, same parts.
 */
export async function makeSections(db: DuckDb, input: SectionsInput): Promise<DriftSections> {
  const { windows, columns, settings, model, wanted, seed, signal, progress } = input;
  const has = (section: DriftSection) => wanted.includes(section);
  const read = (window: OpenWindow) =>
    readWindowFrame(db, window, [...settings.plan.columns, ...timesOf(window)], model?.signature ?? null, {
      limit: MOST_ROWS,
      seed,
    });
  progress(0, 'Reading rows');
  const thin = (side: 'reference' | 'current') =>
    thinWindow(db, windows[side], MOST_ROWS_CHECKED, { folder: input.folder, side });
  const some = { reference: await thin('reference'), current: await thin('current') };
  const frames = { reference: await read(some.reference), current: await read(some.current) };
  progress(0.1, 'Asking the model');
  const scored = await scorePair(frames, input);
  const { reference, current, why } = scored;
  const names = columns.map(({ name }) => name);
  const whyNoConcept = model?.signature.task === 'ranking' ? 'Rankings are not measured here.' : why;
  const measured =
    model?.signature.task === 'ranking' ? { reference: null, current: null } : { reference, current };
  progress(0.2, 'Measuring the model');
  const sections: Omit<DriftSections, 'causes'> = {
    prediction: has('prediction') ? predictionDrift(reference, current, why, settings) : notWanted,
    target: has('target') ? targetDrift(frames.reference, frames.current, settings, input.target) : notWanted,
    concept: has('concept')
      ? conceptDrift(measured.reference, measured.current, whyNoConcept, seed)
      : notWanted,
    estimate: has('estimate')
      ? await estimatePerformance(
          measured.reference === null || measured.current === null
            ? null
            : {
                reference: { frame: frames.reference, scored: measured.reference },
                current: { frame: frames.current, scored: measured.current },
                inputs: model?.signature.inputs.map(({ name }) => name) ?? [],
                seed,
                signal,
              },
          whyNoConcept,
        )
      : notWanted,
    quality: notWanted,
    multivariate: notWanted,
    embedding: notWanted,
    text: notWanted,
  };
  if (has('quality')) {
    progress(0.35, 'Checking the quality');
    const compared = settings.plan.columns.filter(({ name }) => names.includes(name));
    sections.quality = await qualityDrift(db, some, compared);
  }
  if (has('multivariate')) {
    sections.multivariate = await multivariateDrift(frames, {
      names,
      seed,
      signal,
      onStep: (done) => progress(0.45 + 0.3 * done, 'Looking at all columns together'),
    });
  }
  if (has('embedding')) {
    progress(0.72, 'Comparing embeddings');
    const { lists } = input;
    sections.embedding = await embeddingDrift(db, {
      windows: some,
      frames,
      lists,
      columns,
      settings,
      seed,
      signal,
    });
  }
  if (has('text')) {
    progress(0.75, 'Reading texts');
    const texts = settings.plan.columns.filter(({ kind }) => kind === 'category').map(({ name }) => name);
    sections.text = textDrift(frames, texts, seed);
  }
  progress(0.85, 'Looking for causes');
  const causes = has('causes')
    ? await findCauses({
        frames,
        facts: { reference: windows.reference.facts, current: windows.current.facts },
        columns,
        sections,
        upstream: await measureUpstream(db, input.upstream, windows.reference, columns, signal),
        model,
        seed,
        signal,
      })
    : notWanted;
  return { ...sections, causes };
}

/** Columns of time are not compared, but tell since when something is so. */
function timesOf({ columns }: OpenWindow) {
  return columns.filter(({ type }) => type === 'datetime' || type === 'date');
}

async function scorePair(
  frames: { reference: Parameters<typeof scoreWindow>[0]; current: Parameters<typeof scoreWindow>[0] },
  { model, modelNote, signal }: SectionsInput,
): Promise<{ reference: ScoredWindow | null; current: ScoredWindow | null; why: string }> {
  if (model === null) return { reference: null, current: null, why: modelNote };
  const reference = await scoreWindow(frames.reference, model, signal);
  const current = await scoreWindow(frames.current, model, signal);
  const reasons = [
    ...(typeof reference === 'string' ? [`In the reference ${reference}.`] : []),
    ...(typeof current === 'string' ? [`In the current data ${current}.`] : []),
  ];
  return {
    reference: typeof reference === 'string' ? null : reference,
    current: typeof current === 'string' ? null : current,
    why: reasons.join(' '),
  };
}
