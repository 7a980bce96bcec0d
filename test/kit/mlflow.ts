import type { TestApi } from './api.ts';

export type MlflowAnswer = { status: number; body: Record<string, unknown>; text: string; headers: Headers };

/** What a client of MLflow's REST API does, with nothing in between. */
export type MlflowCaller = {
  get(path: string, query?: Record<string, string | string[]>): Promise<MlflowAnswer>;
  post(path: string, body?: unknown): Promise<MlflowAnswer>;
  send(
    method: string,
    path: string,
    options?: { body?: unknown; text?: string; headers?: Record<string, string> },
  ): Promise<MlflowAnswer>;
};

/** Calls `/api/2.0/mlflow<path>`, or a path with its own prefix, with the token of the engine. */
export function mlflowCaller(api: Pick<TestApi, 'url' | 'token'>): MlflowCaller {
  const send: MlflowCaller['send'] = async (method, path, { body, text, headers = {} } = {}) => {
    const whole = /^\/(api|ajax-api|get-artifact|version|health)/.test(path)
      ? path
      : `/api/2.0/mlflow${path}`;
    const response = await fetch(`${api.url}${whole}`, {
      method,
      headers: {
        authorization: `Bearer ${api.token}`,
        ...(body === undefined && text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text === undefined ? (body === undefined ? {} : { body: JSON.stringify(body) }) : { body: text }),
    });
    const answered = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      body: isJson ? (JSON.parse(answered) as Record<string, unknown>) : {},
      text: answered,
      headers: response.headers,
    };
  };
  return {
    send,
    get: (path, query = {}) => {
      const search = new URLSearchParams();
      for (const [key, value] of Object.entries(query))
        for (const one of [value].flat()) search.append(key, one);
      return send('GET', search.size === 0 ? path : `${path}?${search}`);
    },
    post: (path, body = {}) => send('POST', path, { body }),
  };
}

/** Makes an experiment of a name nobody has, and gives its id. */
export async function newExperiment(mlflow: MlflowCaller, name: string): Promise<string> {
  return String((await mlflow.post('/experiments/create', { name })).body.experiment_id);
}

/** Starts a run and gives its id. */
export async function newRun(mlflow: MlflowCaller, experimentId: string, more: object = {}): Promise<string> {
  const { body } = await mlflow.post('/runs/create', {
    experiment_id: experimentId,
    start_time: 1000,
    ...more,
  });
  return (body as { run: { info: { run_id: string } } }).run.info.run_id;
}

/**
 * One call for tests that send messages of every method: the message goes into the query of a GET, else as JSON. `path` is
 * behind `base`.
 */
export function mlflowRest(api: Pick<TestApi, 'url' | 'token'>) {
  const mlflow = mlflowCaller(api);
  return async (
    method: string,
    path: string,
    input: Record<string, unknown> = {},
    base = '/api/2.0/mlflow/',
  ): Promise<Pick<MlflowAnswer, 'status' | 'body'>> => {
    const query = Object.entries(input).map(([key, value]): [string, string[]] => [
      key,
      [value].flat().map(String),
    ]);
    const { status, body } =
      method === 'GET'
        ? await mlflow.get(`${base}${path}`, Object.fromEntries(query))
        : await mlflow.send(method, `${base}${path}`, { body: input });
    return { status, body };
  };
}
