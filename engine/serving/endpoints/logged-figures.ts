import { sql } from 'kysely';
import { AssayError } from '../../errors.ts';
import type { Store } from '../../store/index.ts';

/** Figures of the logged requests of an endpoint, for monitors. `endpoints/not-found` can come from each. */
export type LoggedFigures = {
  /** Of the newest logged request; 0 when there is none. */
  newestId(endpoint: string): Promise<number>;
  /** Requests logged after one of these ids, counted up to `most`. Cost: linear in what is counted. */
  countAfter(endpoint: string, id: number, most: number): Promise<number>;
  /**
   * Mean loss of the newest answers whose true value is known, `last` of them at most: share of wrong labels, or mean absolute
   * error. Null when no true value is known.
   */
  loss(endpoint: string, last: number): Promise<{ truths: number; loss: number; newestId: number } | null>;
};

export function createLoggedFigures({ db }: Pick<Store, 'db'>): LoggedFigures {
  const idOf = async (name: string): Promise<number> => {
    const row = await db
      .selectFrom('serving_endpoints')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirst();
    if (row === undefined) throw new AssayError('endpoints/not-found', `There is no endpoint "${name}".`);
    return row.id;
  };

  return {
    async newestId(endpoint) {
      const row = await db
        .selectFrom('endpoint_requests')
        .select(({ fn }) => fn.max('id').as('id'))
        .where('endpoint_id', '=', await idOf(endpoint))
        .executeTakeFirst();
      return row?.id ?? 0;
    },

    async countAfter(endpoint, id, most) {
      const endpointId = await idOf(endpoint);
      const counted = await db
        .selectFrom(
          db
            .selectFrom('endpoint_requests')
            .select('id')
            .where('endpoint_id', '=', endpointId)
            .where('id', '>', id)
            .limit(most)
            .as('newer'),
        )
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirst();
      return Number(counted?.count ?? 0);
    },

    async loss(endpoint, last) {
      const endpointId = await idOf(endpoint);
      const row = await db
        .selectFrom(
          db
            .selectFrom('endpoint_truths')
            .innerJoin('endpoint_requests', 'endpoint_requests.id', 'endpoint_truths.request_pk')
            .select(['endpoint_truths.loss', 'endpoint_requests.id', 'endpoint_truths.at_ms'])
            .where('endpoint_requests.endpoint_id', '=', endpointId)
            .where('endpoint_truths.row', '>=', 0)
            .orderBy('endpoint_requests.id', 'desc')
            .limit(last)
            .as('newest'),
        )
        .select([
          sql<number>`count(*)`.as('truths'),
          sql<number | null>`avg(loss)`.as('loss'),
          sql<number | null>`max(id)`.as('newestId'),
        ])
        .executeTakeFirst();
      if (row === undefined || row.loss === null || row.newestId === null) return null;
      return { truths: row.truths, loss: row.loss, newestId: row.newestId };
    },
  };
}
