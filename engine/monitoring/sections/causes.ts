import type {
  ColumnDrift,
  DriftCauses,
  DriftSections,
  WindowFacts,
} from '../../../local-api/contract/index.ts';
import { type BinnedColumn, binColumn, shiftOf } from '../causes/binned-columns.ts';
import { changedValues, findSlices } from '../causes/find-slices.ts';
import type { UpstreamFound } from '../causes/measure-upstream.ts';
import { answerImportances } from '../causes/model-impact.ts';
import { sinceWhen } from '../causes/since-when.ts';
import { columnOf, type Frame } from '../windows/frame.ts';
import { windowColumns } from '../windows/window-source.ts';
import { someRows } from './multivariate.ts';
import type { ScoringModel } from './score-window.ts';

const MOST_ROWS = 10_000;
const MOST_DRIFTED = 12;
const MOST_SHOWN = 20;
const RANGES = 10;
const SLICE_RANGES = 5;

export type CausesInput = {
  frames: { reference: Frame; current: Frame };
  facts: { reference: WindowFacts; current: WindowFacts };
  columns: readonly ColumnDrift[];
  sections: Omit<DriftSections, 'causes'>;
  upstream: UpstreamFound;
  model: ScoringModel | null;
  seed: number;
  signal: AbortSignal;
};

/** Where the drift lies, since when, what it does to the model, and what can be done. */
export async function findCauses(input: CausesInput): Promise<DriftCauses> {
  const { frames, columns, seed, signal } = input;
  const drifted = columns.filter((column) => column.drifted);
  const reference = someRows(frames.reference, MOST_ROWS, seed);
  const current = someRows(frames.current, MOST_ROWS, seed + 1);
  const binned = (names: readonly string[], ranges: number): BinnedColumn[] =>
    names.flatMap((name) => binColumn(reference, current, name, ranges) ?? []);
  const moved = binned(
    drifted.slice(0, MOST_DRIFTED).map(({ name }) => name),
    RANGES,
  );
  const slices =
    moved.length === 0
      ? []
      : findSlices(
          binned(
            columns.map(({ name }) => name),
            SLICE_RANGES,
          ),
          moved,
          () => signal.throwIfAborted(),
        );
  const since = moved.length === 0 ? null : sinceWhen(moved, timesOf(current));
  const impact = await impactOf(input, reference, current);
  const values = changedValues(moved).slice(0, MOST_SHOWN);
  const found = { slices, values, since, impact, ...input.upstream };
  return {
    status: 'done',
    drifted: drifted.length > 0,
    finding: sentence(drifted.length, found),
    ...found,
    actions: actionsFor(input, found),
  };
}

type Found = Pick<
  Extract<DriftCauses, { status: 'done' }>,
  'slices' | 'values' | 'since' | 'impact' | 'upstream' | 'sinceVersion'
>;

function timesOf(frame: Frame): Float64Array | null {
  const at = columnOf(frame, windowColumns.at) ?? frame.columns.find(({ role }) => role === 'datetime');
  return at === undefined || at.role === 'category' ? null : at.values;
}

async function impactOf(
  { columns, model, seed, signal }: CausesInput,
  reference: Frame,
  current: Frame,
): Promise<Found['impact']> {
  if (model === null) return [];
  const importances = await answerImportances(reference, model, { seed, signal });
  if (importances === null) return [];
  const names = new Set(columns.map(({ name }) => name));
  return [...importances]
    .filter(([name]) => names.has(name))
    .map(([column, importance]) => {
      const binned = binColumn(reference, current, column, RANGES);
      const drift = binned === null ? 0 : Math.sqrt(shiftOf(binned));
      return { column, importance, drift, impact: importance * drift };
    })
    .sort((a, b) => b.impact - a.impact || b.importance - a.importance || (a.column < b.column ? -1 : 1))
    .slice(0, MOST_SHOWN);
}

function sentence(drifted: number, { slices, values, impact, sinceVersion }: Found): string {
  if (drifted === 0) return 'No column drifted: there is nothing to look for.';
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const [slice] = slices;
  const [value] = values;
  const [top] = impact;
  const parts = [
    slice !== undefined
      ? `Rows where ${slice.text} went from ${percent(slice.reference)} to ${percent(slice.current)}; without them ${percent(slice.explains)} of the shift is gone.`
      : value !== undefined
        ? `The shift lies in no single slice; most of all ${value.value} went from ${percent(value.reference)} to ${percent(value.current)}.`
        : 'The shift lies in no single slice.',
    ...(sinceVersion === null ? [] : [`It is so since ${sinceVersion.dataset} v${sinceVersion.version}.`]),
    ...(top !== undefined && top.impact > 0 ? [`For the model ${top.column} matters most.`] : []),
  ];
  return parts.join(' ');
}

/** What a person can do, the most useful first. Links are pages of the workbench. */
function actionsFor(
  { facts, columns, sections, model }: CausesInput,
  { slices, since, upstream, sinceVersion }: Found,
) {
  const actions: { text: string; link: string | null }[] = [];
  const { quality, concept, estimate, prediction } = sections;
  const version = facts.current.window.kind === 'version' ? facts.current.window.versionId : null;
  const endpoint = facts.current.window.kind === 'requests' ? facts.current.window.endpoint : undefined;
  const drifted = columns.some((column) => column.drifted);
  if (quality.status === 'done' && quality.drifted) {
    actions.push({
      text: `Look at the quality of the data first: ${quality.finding} What feeds these columns may have changed.`,
      link: null,
    });
  }
  const [cause] = drifted ? likelyUpstream(upstream) : [];
  if (cause !== undefined) {
    const { drift } = cause;
    actions.push({
      text: `Look at what it was made of: ${cause.text}${drift === null || drift.drifted.length === 0 ? '' : ` Of its columns ${drift.drifted.slice(0, 3).join(', ')} drifted.`}`,
      link: upstreamLink(cause),
    });
  }
  if (sinceVersion !== null) {
    actions.push({
      text: `Ask what changed when ${sinceVersion.dataset} v${sinceVersion.version} was made, the first version in which ${sinceVersion.column} is as it is now.`,
      link: `/datasets/${encodeURIComponent(sinceVersion.dataset)}?version=${sinceVersion.version}`,
    });
  }
  if (concept.status === 'done' && concept.drifted) {
    actions.push({
      text: `Train again with newer data: ${concept.finding}`,
      link: version === null ? '/training' : `/training?version=${version}`,
    });
  } else if (concept.status === 'skipped' && estimate.status === 'done' && estimate.drifted) {
    actions.push({
      text: `${estimate.finding} Collect labels for some of these rows to be sure, then train again.`,
      link: endpoint === undefined ? null : `/endpoints/${endpoint}`,
    });
  }
  const [slice] = slices;
  if (slice !== undefined) {
    actions.push({
      text: `Find out what happened to the rows where ${slice.text}; compare them alone with this condition as a slice: ${slice.sql}`,
      link: null,
    });
  }
  if (since !== null && since.atMs !== null) {
    actions.push({
      text: `Ask what changed around ${new Date(since.atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC${since.column === null ? '' : `, when ${since.column} began to differ`}.`,
      link: null,
    });
  }
  if (drifted && concept.status === 'skipped' && model !== null) {
    actions.push({
      text: 'Send the true values of some requests, so that the model can be measured: whether drift harms is not known without them.',
      link: endpoint === undefined ? null : `/endpoints/${endpoint}`,
    });
  }
  if (drifted && prediction.status === 'done' && !prediction.drifted) {
    actions.push({
      text: 'The answers of the model stayed as they were: no haste, but keep an eye on it with a monitor.',
      link: null,
    });
  }
  if (!drifted && actions.length === 0) {
    actions.push({ text: 'Nothing to do.', link: null });
  }
  return actions;
}

/** Inputs that drifted themselves before definitions, those before what was only read again. */
function likelyUpstream(changes: Found['upstream']): Found['upstream'] {
  const rank = ({ kind, drift }: Found['upstream'][number]): number =>
    kind === 'input' ? ((drift?.drifted.length ?? 0) > 0 ? 0 : 4) : kind === 'definition' ? 1 : 2;
  return changes.filter((change) => rank(change) < 4).toSorted((a, b) => rank(a) - rank(b));
}

function upstreamLink({ kind, from, to, transform }: Found['upstream'][number]): string | null {
  if (from !== null && to !== null && from.dataset === to.dataset) {
    return `/datasets/${encodeURIComponent(to.dataset)}/diff?from=${from.version}&to=${to.version}`;
  }
  return kind === 'definition' && transform !== null ? `/transforms/${encodeURIComponent(transform)}` : null;
}
