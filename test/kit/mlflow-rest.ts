import type { TestApi } from './api.ts';

export type MlflowAnswer = { status: number; body: Record<string, unknown> };

/** Calls MLflow's API as its clients do: the message in the query of a GET, else as JSON. `path` is behind `/api/2.0/mlflow/`. */
export function mlflowRest(api: Pick<TestApi, 'url' | 'token'>) {
  return async (
    method: string,
    path: string,
    input: Record<string, unknown> = {},
    base = '/api/2.0/mlflow/',
  ): Promise<MlflowAnswer> => {
    const url = new URL(`${base}${path}`, api.url);
    const isGet = method === 'GET';
    if (isGet) {
      for (const [key, value] of Object.entries(input)) {
        for (const each of Array.isArray(value) ? value : [value]) url.searchParams.append(key, String(each));
      }
    }
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      ...(isGet ? {} : { body: JSON.stringify(input) }),
    });
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) throw new Error(`${path} answered no object`);
    return { status: response.status, body: { ...body } };
  };
}
