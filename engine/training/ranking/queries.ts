/** Rows by the query that they answer: `rows[starts[q]] … rows[starts[q + 1] − 1]` are those of query q, in their order. */
export type Queries = { count: number; starts: Uint32Array; rows: Uint32Array };

/** Brings rows together by their query. `queryOf`: any number a row, equal within a query. O(rows). */
export function queriesOf(queryOf: ArrayLike<number>): Queries {
  const n = queryOf.length;
  const known = new Map<number, number>();
  const own = new Uint32Array(n);
  const sizes: number[] = [];
  for (let row = 0; row < n; row++) {
    const key = queryOf[row] as number;
    let query = known.get(key);
    if (query === undefined) {
      query = sizes.push(0) - 1;
      known.set(key, query);
    }
    own[row] = query;
    sizes[query] = (sizes[query] as number) + 1;
  }
  const starts = new Uint32Array(sizes.length + 1);
  sizes.forEach((size, query) => {
    starts[query + 1] = (starts[query] as number) + size;
  });
  const next = starts.slice();
  const rows = new Uint32Array(n);
  for (let row = 0; row < n; row++) {
    const query = own[row] as number;
    const at = next[query] as number;
    rows[at] = row;
    next[query] = at + 1;
  }
  return { count: sizes.length, starts, rows };
}
