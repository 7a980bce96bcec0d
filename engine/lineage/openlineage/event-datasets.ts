import { posix } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { Column, DatasetProfile, type VersionSource } from '../../../local-api/contract/index.ts';
import type { Database } from '../../store/index.ts';
import { linksOf, readSource } from '../links.ts';
import { partsOf, placeOf } from '../node-ids.ts';
import { type EventDataset, type Facet, facet } from './facets.ts';

type Db = Kysely<Database>;

/** Where things lie for others: sources by the naming rules of OpenLineage, the rest in the namespace of the workspace. */
export async function datasetOf(
  db: Db,
  node: string,
  namespace: string,
  use: 'input' | 'output',
): Promise<EventDataset | null> {
  const { kind, key } = partsOf(node);
  if (kind === 'dataset') return versionDataset(db, key, namespace, use);
  if (kind === 'source') return sourceDataset(db, node, namespace);
  return kind === null ? null : { namespace, name: `${kind}s/${key}` };
}

async function versionDataset(
  db: Db,
  versionId: string,
  namespace: string,
  use: 'input' | 'output',
): Promise<EventDataset> {
  const row = await db
    .selectFrom('dataset_versions')
    .innerJoin('datasets', 'datasets.id', 'dataset_versions.dataset_id')
    .select(['name', 'version', 'columns', 'row_count', 'size_bytes', 'profile'])
    .where('dataset_versions.id', '=', versionId)
    .executeTakeFirst();
  if (row === undefined) return { namespace, name: `datasets/${versionId}` };
  const name = `datasets/${row.name}`;
  const columns = Column.array().parse(JSON.parse(row.columns));
  const facets = {
    schema: facet('1-2-0/SchemaDatasetFacet', {
      fields: columns.map((column) => ({ name: column.name, type: column.type })),
    }),
    dataSource: facet('1-0-1/DatasourceDatasetFacet', {
      name: namespace,
      uri: `assay://${encodeURIComponent(namespace)}/${name}`,
    }),
    version: facet('1-0-1/DatasetVersionDatasetFacet', { datasetVersion: String(row.version) }),
  };
  if (use === 'output') {
    const outputStatistics = facet('1-0-2/OutputStatisticsOutputDatasetFacet', {
      rowCount: row.row_count,
      size: row.size_bytes,
    });
    return { namespace, name, facets, outputFacets: { outputStatistics } };
  }
  return { namespace, name, facets, inputFacets: { dataQualityMetrics: qualityOf(row) } };
}

function qualityOf(row: { row_count: number; size_bytes: number; profile: string }): Facet {
  const columns = DatasetProfile.safeParse(JSON.parse(row.profile)).data?.columns ?? [];
  const number = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  const columnMetrics = Object.fromEntries(
    columns.map(({ name, count, missing, distinct, min, max, quantiles }) => [
      name,
      JSON.parse(
        JSON.stringify({
          count,
          nullCount: missing,
          distinctCount: distinct,
          min: number(min),
          max: number(max),
          ...(quantiles === null
            ? {}
            : { quantiles: { '0.25': quantiles.p25, '0.5': quantiles.p50, '0.75': quantiles.p75 } }),
        }),
      ),
    ]),
  );
  return facet('1-0-3/DataQualityMetricsInputDatasetFacet', {
    rowCount: row.row_count,
    bytes: row.size_bytes,
    columnMetrics,
  });
}

async function sourceDataset(db: Db, node: string, namespace: string): Promise<EventDataset | null> {
  const [row] = (await linksOf(db, [node])).filter(({ from }) => from === node);
  if (row === undefined) return null;
  const version = await db
    .selectFrom('dataset_versions')
    .select(['id', 'source_name', sql<string>`substr(source, 1, 8000)`.as('source')])
    .where('id', '=', partsOf(row.to).key)
    .executeTakeFirst();
  if (version === undefined) return null;
  return placed(readSource(version.source), version.id, version.source_name, namespace);
}

function placed(
  source: VersionSource | null,
  versionId: string,
  sourceName: string,
  namespace: string,
): EventDataset {
  const place = placeOf(source, versionId, sourceName);
  switch (source?.kind) {
    case 'path':
    case 'paths':
    case 'dvc':
      return { namespace: 'file', name: place.replaceAll('\\', '/') };
    case 'http':
      try {
        const { origin, pathname, search } = new URL(source.url);
        return { namespace: origin, name: posix.normalize(`${pathname}${search}`) };
      } catch {
        return { namespace, name: `sources/http/${place}` };
      }
    default:
      return { namespace, name: `sources/${source?.kind ?? 'unknown'}/${place}` };
  }
}
