import type { Kysely } from 'kysely';
import { z } from 'zod';
import { CardField, type ModelVersion } from '../../../local-api/contract/index.ts';
import type { Database } from '../../store/index.ts';

export type CardFields = Partial<Record<CardField, string>>;

const StoredFields = z.partialRecord(CardField, z.string());

/** Fields of the card that somebody wrote. */
export async function storedFields(db: Kysely<Database>, versionId: number): Promise<CardFields> {
  const row = await db
    .selectFrom('model_versions')
    .select('card_fields')
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow();
  return StoredFields.parse(JSON.parse(row.card_fields));
}

/** What the registry knows by itself. */
export function generatedFields({ datasetVersionId, metrics }: ModelVersion): CardFields {
  const figures = Object.entries(metrics).map(([key, value]) => `${key} ${Number(value.toPrecision(4))}`);
  return {
    ...(datasetVersionId === null ? {} : { data: `Trained on the dataset version ${datasetVersionId}.` }),
    ...(figures.length === 0 ? {} : { evaluation: `On the test rows: ${figures.join(', ')}.` }),
  };
}
