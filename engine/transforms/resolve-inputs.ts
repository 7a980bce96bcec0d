import { createHash } from 'node:crypto';
import type {
  DatasetVersion,
  Problem,
  TransformDefinition,
  TransformEnd,
} from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { expectedNames } from '../store/index.ts';

type Data = Pick<DataService, 'get' | 'list' | 'listVersions'>;

export type ResolvedInputs = { versions: Map<string, DatasetVersion>; problems: Problem[] };

/** The versions that the inputs stand for now. An input that is not there is a problem, not an error. */
export async function resolveInputs(data: Data, { inputs }: TransformDefinition): Promise<ResolvedInputs> {
  const versions = new Map<string, DatasetVersion>();
  const problems: Problem[] = [];
  for (const [alias, { dataset, version }] of Object.entries(inputs)) {
    const found = await findVersion(data, dataset, version);
    if (found !== null) versions.set(alias, found);
    else problems.push(await missing(data, alias, dataset, version));
  }
  return { versions, problems };
}

async function findVersion(
  data: Data,
  dataset: string,
  version: number | 'latest',
): Promise<DatasetVersion | null> {
  try {
    if (version === 'latest') return (await data.get(dataset)).latest;
    const { items } = await data.listVersions(dataset, { filter: `version = ${version}`, limit: 1 });
    return items[0] ?? null;
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'datasets/not-found') return null;
    throw thrown;
  }
}

async function missing(
  data: Data,
  alias: string,
  dataset: string,
  version: number | 'latest',
): Promise<Problem> {
  const { items } = await data.list({ limit: 1000 });
  const names = items.map(({ name }) => name);
  const path = `/inputs/${alias}`;
  if (names.includes(dataset))
    return { path: `${path}/version`, message: `${dataset} has no version ${version}` };
  const expected = names.length === 0 ? 'import one first' : expectedNames(dataset, names);
  return { path: `${path}/dataset`, message: `There is no dataset "${dataset}"`, expected };
}

export function inputEnds(versions: ReadonlyMap<string, DatasetVersion>): TransformEnd[] {
  return [...versions].map(([alias, { id, dataset, version, digest, rows }]) => ({
    alias,
    dataset,
    version,
    versionId: id,
    digest,
    rows,
  }));
}

const digestOf = (value: unknown): string =>
  `sha256:${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`;

/** Digest of a definition: the same for the same inputs, work and output, however it was written down. */
export function definitionDigest({ inputs, sql, steps, output }: TransformDefinition): string {
  return digestOf([
    Object.entries(inputs).map(([alias, input]) => [alias, input.dataset, input.version]),
    sql ?? null,
    steps ?? null,
    output,
  ]);
}

/** What a run computes, by content: the same key gives the same rows in the same datasets. */
export function runKey({ sql, steps, output }: TransformDefinition, inputs: readonly TransformEnd[]): string {
  return digestOf([inputs.map(({ alias, digest }) => [alias, digest]), sql ?? null, steps ?? null, output]);
}
