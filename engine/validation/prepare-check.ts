import type { DataSchema, DatasetVersion } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { messageOf } from '../errors.ts';
import type { CheckInput, OtherData } from './check/check-input.ts';

export function nameOf({ dataset, version }: { dataset: string; version: number }): string {
  return `${dataset} v${version}`;
}

/** What a check of a dataset version needs, by path: the rows, the version before, and the data that rules name. */
export async function prepareCheck(
  data: DataService,
  version: DatasetVersion,
  schema: DataSchema,
): Promise<CheckInput> {
  return {
    files: await data.snapshotFiles(version.id),
    columns: version.columns,
    rows: version.rows,
    schema,
    atMs: version.createdAtMs,
    previous: await versionBefore(data, version),
    others: await otherData(data, schema, version),
  };
}

export async function versionBefore(
  data: DataService,
  { dataset, version }: { dataset: string; version: number },
): Promise<CheckInput['previous']> {
  const page = await data.listVersions(dataset, {
    filter: `version < ${version}`,
    sort: '-version',
    limit: 1,
  });
  const [before] = page.items;
  return before === undefined ? null : { rows: before.rows, name: nameOf(before) };
}

/** The data that rules name: of foreign keys, and versions that distributions are held against. */
export async function otherData(
  data: DataService,
  schema: DataSchema,
  version: { dataset: string; version: number },
): Promise<Record<string, OtherData>> {
  const others: Record<string, OtherData> = {};
  const missing = (thrown: unknown): OtherData => ({ missing: messageOf(thrown) });
  for (const rule of schema.rows) {
    if (rule.kind !== 'foreign-key') continue;
    others[rule.id] = await findVersion(data, rule.dataset, rule.version).catch(missing);
  }
  for (const { rules } of schema.columns) {
    for (const rule of rules) {
      if (rule.kind !== 'distribution') continue;
      others[rule.id] = await referenceOf(data, rule.reference, version).catch(missing);
    }
  }
  return others;
}

async function referenceOf(
  data: DataService,
  reference: number | 'previous',
  { dataset, version }: { dataset: string; version: number },
): Promise<OtherData> {
  if (reference !== 'previous') return findVersion(data, dataset, reference);
  const page = await data.listVersions(dataset, {
    filter: `version < ${version}`,
    sort: '-version',
    limit: 1,
  });
  const [before] = page.items;
  return before === undefined
    ? { missing: 'there is no version before', isFine: true }
    : findVersion(data, dataset, before.version);
}

async function findVersion(
  data: DataService,
  dataset: string,
  number: number | undefined,
): Promise<OtherData> {
  const page = await data.listVersions(dataset, {
    ...(number === undefined ? {} : { filter: `version = ${number}` }),
    sort: '-version',
    limit: 1,
  });
  const [found] = page.items;
  if (found === undefined) return { missing: `there is no version ${number} of ${dataset}` };
  const files = await data.snapshotFiles(found.id);
  return { name: nameOf(found), files, columns: found.columns, rows: found.rows };
}
