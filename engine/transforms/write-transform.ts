import type { Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { definitionDigest } from './resolve-inputs.ts';
import type { TransformRow } from './transform-book.ts';
import type { SaveTransform } from './transform-service.ts';

/** Writes a transform down; a name that is there gets a new version of its definition, unless that is the same. */
export async function writeTransform(
  { store, clock, ids }: { store: Store; clock: Clock; ids: Ids },
  { name, definition, description, auto: isAuto, note }: SaveTransform,
): Promise<TransformRow> {
  const nowMs = clock.nowMs();
  const digest = definitionDigest(definition);
  return store.transaction(async (trx) => {
    const known = await trx.selectFrom('transforms').selectAll().where('name', '=', name).executeTakeFirst();
    const values = { description: description ?? known?.description ?? '', updated_at_ms: nowMs };
    const auto = (isAuto ?? known?.auto === 1) ? (1 as const) : (0 as const);
    const newest =
      known &&
      (await trx
        .selectFrom('transform_versions')
        .select('digest')
        .where('transform_pk', '=', known.pk)
        .where('version', '=', known.version)
        .executeTakeFirst());
    const version = newest?.digest === digest ? (known?.version ?? 1) : (known?.version ?? 0) + 1;
    const saved = known
      ? await trx
          .updateTable('transforms')
          .set({ ...values, auto, version })
          .where('pk', '=', known.pk)
          .returningAll()
          .executeTakeFirstOrThrow()
      : await trx
          .insertInto('transforms')
          .values({ ...values, id: ids.id('trf'), name, auto, version, created_at_ms: nowMs })
          .returningAll()
          .executeTakeFirstOrThrow();
    if (newest?.digest !== digest) {
      await trx
        .insertInto('transform_versions')
        .values({
          transform_pk: saved.pk,
          version,
          digest,
          definition: JSON.stringify(definition),
          note,
          created_at_ms: nowMs,
        })
        .execute();
    }
    return saved;
  });
}
