import type { Client } from '../client/index.ts';

/** The id of the experiment of this name; it is made when there is none. */
export async function experimentNamed(client: Client, name: string): Promise<string> {
  const page = await client.experiments.list({
    query: { filter: `name = '${name.replaceAll("'", "''")}'`, limit: 1 },
  });
  const found = page.items[0];
  return found ? found.id : (await client.experiments.create({ body: { name } })).id;
}
