import type { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { HttpAnswer, HttpRequest, RemoteHttp } from '../../http/index.ts';
import { answerFailure } from '../../http/index.ts';
import { ErrorAnswer, FilesAnswer } from './messages.ts';
import type { MlflowConfig } from './mlflow-kind.ts';

type Values = Readonly<Record<string, unknown>>;

/** A file below a folder of the artifact store. */
export type RemoteFile = { path: string; sizeBytes: number };

/** The parts of MLflow's REST API that are needed, and its artifact proxy. */
export type MlflowClient = {
  /** Null when the server says that what is asked for is not there. */
  find<S extends z.ZodType>(path: string, query: Values, answer: S): Promise<z.output<S> | null>;
  /** `taken`: what is to be created exists already. */
  post<S extends z.ZodType>(path: string, body: Values, answer: S): Promise<z.output<S>>;
  patch(path: string, body: Values): Promise<void>;
  delete(path: string, body: Values): Promise<void>;
  /** Creates what may be there already; false when it was. */
  ensure(path: string, body: Values): Promise<boolean>;
  /** Every file below a folder (`mlflow-artifacts:` URI), paths relative to it. */
  listFiles(folder: string): Promise<RemoteFile[]>;
  /** Null when it is not there. */
  readFile(folder: string, path: string): Promise<Buffer | null>;
  writeFile(folder: string, path: string, bytes: Uint8Array): Promise<void>;
  downloadFile(folder: string, path: string, file: string): Promise<{ digest: string; sizeBytes: number }>;
};

const missing: ReadonlySet<string> = new Set(['RESOURCE_DOES_NOT_EXIST', 'ENDPOINT_NOT_FOUND', 'NOT_FOUND']);

/** Errors: see RemoteHttp. A server that answers in another language than MLflow's gives targets/refused. */
export function createMlflowClient(config: MlflowConfig, http: RemoteHttp): MlflowClient {
  const base = config.url.replace(/\/+$/, '');
  const headers = credentials(config);
  const api = (path: string) => `${base}/api/2.0/mlflow/${path}`;
  const artifact = (path: string) =>
    `${base}/api/2.0/mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;

  const call = async (request: HttpRequest): Promise<{ answer: HttpAnswer; code: string | null }> => {
    const answer = await http.request({
      ...request,
      headers: { ...headers, ...request.headers },
      expect: [400, 404, 409],
    });
    if (answer.status < 400) return { answer, code: null };
    const error = ErrorAnswer.safeParse(parsedOrNull(answer.text()));
    const code = error.data?.error_code ?? (answer.status === 404 ? 'ENDPOINT_NOT_FOUND' : null);
    if (code === null) throw answerFailure(answer.status, answer.text(), whereOf(request));
    return { answer, code };
  };
  const withJson = (method: HttpRequest['method'], path: string, body: Values): HttpRequest => ({
    method,
    url: api(path),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const done = async (request: HttpRequest): Promise<HttpAnswer> => {
    const { answer, code } = await call(request);
    if (code === null) return answer;
    throw answerFailure(answer.status, answer.text(), whereOf(request));
  };

  const listFolder = async (path: string): Promise<z.output<typeof FilesAnswer>['files']> => {
    const url = `${base}/api/2.0/mlflow-artifacts/artifacts?${new URLSearchParams({ path })}`;
    const { answer, code } = await call({ method: 'GET', url });
    return code === null ? read(answer, FilesAnswer, path).files : [];
  };
  const walk = async (root: string, below: string): Promise<RemoteFile[]> => {
    const found: RemoteFile[] = [];
    for (const file of await listFolder(below === '' ? root : `${root}/${below}`)) {
      // Names are relative to the folder that was asked for, or to the root: by version of MLflow.
      const name = file.path.split('/').at(-1) ?? '';
      if (name === '' || name === '..' || name === '.') continue;
      const path = below === '' ? name : `${below}/${name}`;
      if (file.is_dir) found.push(...(await walk(root, path)));
      else found.push({ path, sizeBytes: file.file_size });
    }
    return found;
  };

  return {
    async find(path, query, answer) {
      const entries = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]);
      const url = `${api(path)}?${new URLSearchParams(entries)}`;
      const { answer: given, code } = await call({ method: 'GET', url });
      if (code === null) return read(given, answer, path);
      if (missing.has(code)) return null;
      throw answerFailure(given.status, given.text(), `GET ${path}`);
    },
    post: async (path, body, answer) => read(await done(withJson('POST', path, body)), answer, path),
    async patch(path, body) {
      await done({ ...withJson('PATCH', path, body), repeatable: true });
    },
    async delete(path, body) {
      await done(withJson('DELETE', path, body));
    },
    async ensure(path, body) {
      const { answer, code } = await call({ ...withJson('POST', path, body), repeatable: true });
      if (code === null) return true;
      if (code === 'RESOURCE_ALREADY_EXISTS') return false;
      throw answerFailure(answer.status, answer.text(), `POST ${path}`);
    },
    listFiles: (folder) => walk(proxyPath(folder), ''),
    async readFile(folder, path) {
      const request: HttpRequest = { method: 'GET', url: artifact(`${proxyPath(folder)}/${path}`) };
      const { answer, code } = await call({ ...request, maxAnswerBytes: 2 * 1024 ** 3 });
      return code === null ? answer.body : null;
    },
    async writeFile(folder, path, bytes) {
      await done({
        method: 'PUT',
        url: artifact(`${proxyPath(folder)}/${path}`),
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
        file: true,
      });
    },
    downloadFile: (folder, path, file) =>
      http.download({ method: 'GET', url: artifact(`${proxyPath(folder)}/${path}`), headers }, file),
  };
}

/** Basic where there is a user, else the token as Bearer. */
export function credentials({ username, password, token }: MlflowConfig): Record<string, string> {
  if (username !== undefined && username !== '') {
    const pair = Buffer.from(`${username}:${password ?? ''}`, 'utf8').toString('base64');
    return { authorization: `Basic ${pair}` };
  }
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** The path of an artifact folder below the proxy. Errors: targets/unsupported when clients have to write elsewhere. */
export function proxyPath(uri: string): string {
  const match = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(uri);
  if (match?.[1] !== undefined) return match[1].replace(/\/+$/, '');
  const place = uri === '' ? 'nowhere' : uri.replace(/\?.*$/, '');
  throw new AssayError(
    'targets/unsupported',
    `The MLflow server keeps artifacts at ${place}, where its clients have to write themselves.`,
    {
      hint: 'Start it with --serve-artifacts and --artifacts-destination (and no --default-artifact-root), and name a new experiment in the settings of the target: an experiment keeps the place it was made with.',
    },
  );
}

function whereOf({ method, url }: HttpRequest): string {
  const { host, pathname } = new URL(url);
  return `${method} ${host}${pathname}`;
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function read<S extends z.ZodType>(answer: HttpAnswer, schema: S, path: string): z.output<S> {
  const parsed = schema.safeParse(answer.json());
  if (parsed.success) return parsed.data;
  throw new AssayError(
    'targets/refused',
    `The answer to ${path} is not one of MLflow: is the address right?`,
  );
}
