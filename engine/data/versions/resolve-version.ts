import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { DatasetVersion } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { Database } from '../../store/index.ts';
import { datasetKey, loadVersion } from '../dataset-rows.ts';

/** What stands after the @ of a reference. */
export type VersionSelector =
  | { kind: 'latest' }
  | { kind: 'number'; version: number }
  | { kind: 'time'; untilMs: number }
  | { kind: 'alias'; name: string };

const DAY_MS = 86_400_000;

/** Reads `name`, `name@3`, `name@latest`, `name@alias` or `name@2026-11-01[T12:00:00Z]`. Names of datasets have no @. */
export function parseReference(reference: string): { dataset: string; selector: VersionSelector } {
  const at = reference.lastIndexOf('@');
  if (at === -1) return { dataset: reference, selector: { kind: 'latest' } };
  return { dataset: reference.slice(0, at), selector: selectorOf(reference.slice(at + 1)) };
}

function selectorOf(text: string): VersionSelector {
  if (text === '' || /^latest$/i.test(text)) return { kind: 'latest' };
  const number = /^v?(\d{1,9})$/i.exec(text)?.[1];
  if (number !== undefined) return { kind: 'number', version: Number(number) };
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    const isDay = text.length === 10;
    // Without a zone it is UTC, as all times are.
    const zoned = isDay || /(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`;
    const ms = Date.parse(zoned.replace(' ', 'T'));
    if (Number.isFinite(ms)) return { kind: 'time', untilMs: isDay ? ms + DAY_MS - 1 : ms };
  }
  return { kind: 'alias', name: text };
}

/**
 * The version that a reference names: the id of one, or as `parseReference`. The one place where references are resolved.
 * Errors: `datasets/not-found`, `datasets/version-not-found`, with what there is.
 */
export async function resolveVersion(db: Kysely<Database>, reference: string): Promise<DatasetVersion> {
  if (/^dsv_[0-9A-Za-z]+$/.test(reference)) {
    const isId = await db
      .selectFrom('dataset_versions')
      .select('pk')
      .where('id', '=', reference)
      .executeTakeFirst();
    if (isId !== undefined) return loadVersion(db, reference);
  }
  const { dataset, selector } = parseReference(reference);
  const key = await datasetKey(db, dataset);
  const found = await choose(
    db
      .selectFrom('dataset_versions')
      .select('dataset_versions.id')
      .where('dataset_versions.dataset_id', '=', key)
      .where('dataset_versions.deleted_at_ms', 'is', null)
      .orderBy('dataset_versions.version', 'desc'),
    selector,
  ).executeTakeFirst();
  if (found === undefined) throw await noSuchVersion(db, dataset, key, selector);
  return loadVersion(db, found.id);
}

function choose(
  newest: SelectQueryBuilder<Database, 'dataset_versions', { id: string }>,
  selector: VersionSelector,
): SelectQueryBuilder<Database, 'dataset_versions', { id: string }> {
  switch (selector.kind) {
    case 'latest':
      return newest;
    case 'number':
      return newest.where('dataset_versions.version', '=', selector.version);
    case 'time':
      return newest.where('dataset_versions.created_at_ms', '<=', selector.untilMs);
    case 'alias':
      return newest.where('dataset_versions.pk', 'in', (from) =>
        from
          .selectFrom('dataset_aliases')
          .select('version_pk')
          .where('name', '=', selector.name)
          .whereRef('dataset_aliases.dataset_id', '=', 'dataset_versions.dataset_id'),
      );
  }
}

async function noSuchVersion(
  db: Kysely<Database>,
  dataset: string,
  key: number,
  selector: VersionSelector,
): Promise<AssayError> {
  switch (selector.kind) {
    case 'alias': {
      const rows = await db
        .selectFrom('dataset_aliases')
        .select('name')
        .where('dataset_id', '=', key)
        .orderBy('name')
        .execute();
      const names = rows.map((row) => row.name).join(', ');
      return new AssayError(
        'datasets/version-not-found',
        `No version of ${dataset} has the name "${selector.name}"; ${names === '' ? 'none has a name' : `there are ${names}`}`,
      );
    }
    case 'time':
      return new AssayError(
        'datasets/version-not-found',
        `${dataset} had no version yet at ${new Date(selector.untilMs).toISOString()}`,
      );
    case 'number':
      return new AssayError(
        'datasets/version-not-found',
        `There is no version ${selector.version} of ${dataset}`,
      );
    case 'latest':
      return new AssayError('datasets/version-not-found', `${dataset} has no version`);
  }
}
