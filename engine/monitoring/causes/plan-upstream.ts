import type { DatasetVersion, UpstreamChange, VersionName } from '../../../local-api/contract/index.ts';
import type { DataService } from '../../data/index.ts';
import { AssayError } from '../../errors.ts';
import type { WindowColumn } from '../windows/window-source.ts';

/** The rows of a version, to be compared in a job. */
export type VersionRows = VersionName & {
  createdAtMs: number;
  files: readonly string[];
  rows: number;
  columns: readonly WindowColumn[];
};

/** What changed before the data came to be, not yet measured. */
export type PlannedChange = Omit<UpstreamChange, 'drift'> & {
  pair: { reference: VersionRows; current: VersionRows } | null;
};

export type UpstreamPlan = {
  changes: PlannedChange[];
  /** Versions of the dataset after the reference and before the current one, oldest first. */
  between: VersionRows[];
  /** The current one itself, where there are some before it. */
  current: VersionRows | null;
};

type Rooms = { data: Pick<DataService, 'getVersion' | 'listVersions' | 'snapshotFiles'> };

const MOST_CHANGES = 8;
const MOST_BETWEEN = 12;
const DEEPEST = 6;

/**
 * What lies behind two dataset versions: where transforms made them, which of their inputs and definitions differ, through all
 * transforms back to what was imported; where one place was read twice, that it was. And the versions in between, to tell since
 * when. Versions that were deleted are told without their rows. Errors: none; what cannot be read is left out.
 */
export async function planUpstream(
  rooms: Rooms,
  referenceId: string | null,
  currentId: string | null,
): Promise<UpstreamPlan> {
  if (referenceId === null || currentId === null || referenceId === currentId) {
    return nothing();
  }
  const [reference, current] = [await versionOf(rooms, referenceId), await versionOf(rooms, currentId)];
  if (reference === null || current === null) return nothing();
  const changes: PlannedChange[] = [];
  await walk(rooms, reference, current, changes, 0);
  const between = await versionsBetween(rooms, reference, current);
  return { changes, between, current: between.length === 0 ? null : await rowsOf(rooms, current) };
}

/** Files that are read to measure it. */
export function upstreamFiles({ changes, between }: UpstreamPlan): string[] {
  return [
    ...changes.flatMap(({ pair }) => (pair === null ? [] : [...pair.reference.files, ...pair.current.files])),
    ...between.flatMap(({ files }) => files),
  ];
}

function nothing(): UpstreamPlan {
  return { changes: [], between: [], current: null };
}

async function walk(
  rooms: Rooms,
  reference: DatasetVersion,
  current: DatasetVersion,
  changes: PlannedChange[],
  depth: number,
): Promise<void> {
  if (depth > DEEPEST || changes.length >= MOST_CHANGES) return;
  const [before, after] = [reference.source, current.source];
  if (before.kind !== 'transform' || after.kind !== 'transform') {
    const change = importChange(reference, current);
    if (change !== null) changes.push(change);
    return;
  }
  if (before.transformId !== after.transformId || before.version !== after.version) {
    const isSame = before.transformId === after.transformId;
    changes.push({
      kind: 'definition',
      text: isSame
        ? `The transform ${after.name} was changed: version ${before.version} made ${nameOf(reference)}, version ${after.version} made ${nameOf(current)}.`
        : `${nameOf(current)} was made by the transform ${after.name}, ${nameOf(reference)} by ${before.name}.`,
      transform: after.name,
      from: null,
      to: null,
      pair: null,
    });
  }
  for (const input of after.inputs) {
    const old = before.inputs.find(({ alias }) => alias === input.alias);
    if (old === undefined || old.versionId === input.versionId) continue;
    const [one, other] = [await versionOf(rooms, old.versionId), await versionOf(rooms, input.versionId)];
    // The same rows imported anew are no change.
    if (one !== null && other !== null && one.digest === other.digest) continue;
    if (changes.length >= MOST_CHANGES) return;
    const from = { versionId: old.versionId, dataset: old.dataset, version: old.version };
    const to = { versionId: input.versionId, dataset: input.dataset, version: input.version };
    changes.push({
      kind: 'input',
      text: `${after.name} read ${labelOf(to)} where it had read ${labelOf(from)}${rowsText(one, other)}.`,
      transform: after.name,
      from,
      to,
      pair: await pairOf(rooms, one, other),
    });
    if (one !== null && other !== null) await walk(rooms, one, other, changes, depth + 1);
  }
}

function importChange(reference: DatasetVersion, current: DatasetVersion): PlannedChange | null {
  const [from, to] = [nameParts(reference), nameParts(current)];
  const plain = { transform: null, from, to, pair: null };
  const whole = (version: DatasetVersion) =>
    version.source.kind === 'transform' ? `the transform ${version.source.name}` : version.sourceName;
  const isSamePlace =
    reference.source.kind === current.source.kind && reference.sourceName === current.sourceName;
  // Two sets that were never the same thing: that their files differ explains nothing.
  if (reference.dataset !== current.dataset && !isSamePlace) return null;
  if (!isSamePlace) {
    return {
      ...plain,
      kind: 'place',
      text: `${labelOf(to)} comes from ${whole(current)}, ${labelOf(from)} from ${whole(reference)}.`,
    };
  }
  if (JSON.stringify(choices(reference)) !== JSON.stringify(choices(current))) {
    return {
      ...plain,
      kind: 'options',
      text: `${whole(current)} was read in another way for ${labelOf(to)} than for ${labelOf(from)}: condition, limit or columns differ.`,
    };
  }
  return {
    ...plain,
    kind: 'content',
    text: `${whole(current)} was read again on ${dayOf(current)}, with other content than on ${dayOf(reference)}${rowsText(reference, current)}.`,
  };
}

/** What a person chose, without what was guessed of the file. */
function choices({ options: { where, limit, columns, table, query } }: DatasetVersion) {
  return { where, limit, columns, table, query };
}

async function versionsBetween(
  rooms: Rooms,
  reference: DatasetVersion,
  current: DatasetVersion,
): Promise<VersionRows[]> {
  if (reference.dataset !== current.dataset || current.version - reference.version < 2) return [];
  const { items } = await rooms.data.listVersions(current.dataset, { limit: 200 });
  const inside = items
    .filter(({ version }) => version > reference.version && version < current.version)
    .sort((a, b) => a.version - b.version);
  const step = Math.max(1, inside.length / MOST_BETWEEN);
  const some = inside.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  const found: VersionRows[] = [];
  for (const version of some) {
    const rows = await rowsOf(rooms, version);
    if (rows !== null) found.push(rows);
  }
  return found;
}

async function pairOf(
  rooms: Rooms,
  one: DatasetVersion | null,
  other: DatasetVersion | null,
): Promise<PlannedChange['pair']> {
  const reference = one === null ? null : await rowsOf(rooms, one);
  const current = other === null ? null : await rowsOf(rooms, other);
  return reference === null || current === null ? null : { reference, current };
}

async function rowsOf({ data }: Rooms, version: DatasetVersion): Promise<VersionRows | null> {
  try {
    const columns = version.columns.map(({ name, type }) => ({ name, type }));
    return {
      ...nameParts(version),
      createdAtMs: version.createdAtMs,
      files: await data.snapshotFiles(version.id),
      rows: version.rows,
      columns,
    };
  } catch (thrown) {
    if (thrown instanceof AssayError) return null;
    throw thrown;
  }
}

async function versionOf({ data }: Rooms, versionId: string): Promise<DatasetVersion | null> {
  try {
    return await data.getVersion(versionId);
  } catch (thrown) {
    if (thrown instanceof AssayError) return null;
    throw thrown;
  }
}

function nameParts({ id, dataset, version }: DatasetVersion): VersionName {
  return { versionId: id, dataset, version };
}

function labelOf({ dataset, version }: Pick<VersionName, 'dataset' | 'version'>): string {
  return `${dataset} v${version}`;
}

function nameOf(version: DatasetVersion): string {
  return labelOf(version);
}

function rowsText(one: DatasetVersion | null, other: DatasetVersion | null): string {
  if (one === null || other === null || one.rows === other.rows) return '';
  return ` (${one.rows.toLocaleString('en')} → ${other.rows.toLocaleString('en')} rows)`;
}

function dayOf({ createdAtMs }: DatasetVersion): string {
  return new Date(createdAtMs).toISOString().slice(0, 10);
}
