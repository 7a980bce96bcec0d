import type { ArtifactStore, MultipartUploads } from '../../../engine/artifacts/index.ts';
import type { TrackingService } from '../../../engine/tracking/index.ts';
import { baseName, contentTypeOf, safePath } from './artifact-paths.ts';
import { type Answer, type MlflowEndpoint, type RawCall, raw, rpc } from './endpoint.ts';
import { doesNotExist, invalidParameter } from './errors.ts';
import { unlessEmpty } from './fields.ts';
import { int64, message, nothing, repeated, required, text } from './message.ts';
import { runIdOf, runRef } from './runs.ts';

/** A part of 10 MB each makes 100 GB of this many. */
const maxParts = 10_000;
const maxUiUploadBytes = 10 * 1024 ** 2;

export type ArtifactParts = {
  tracking: TrackingService;
  artifacts: ArtifactStore;
  multipartUploads: MultipartUploads;
  token: string;
};

/** A file by its path below mlflow-artifacts:/. Throws RESOURCE_DOES_NOT_EXIST. */
export async function fileAnswer({ tracking, artifacts }: ArtifactParts, path: string): Promise<Answer> {
  const { digest, sizeBytes } = await tracking.findFile(path);
  const contentType = contentTypeOf(path);
  return {
    kind: 'file',
    file: {
      name: path,
      digest,
      sizeBytes,
      contentType,
      ownsChunks: true,
      open: (range) => artifacts.open(digest, range),
    },
  };
}

type Entry = { path: string; isDirectory: boolean; sizeBytes: number | null };

/** What is in a folder as MLflow tells it, sorted by path; `pathOf` says how much of a path is shown. */
function filesJson(entries: readonly Entry[], pathOf: (path: string) => string): object[] {
  return entries
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, isDirectory, sizeBytes }) => ({
      path: pathOf(path),
      is_dir: isDirectory,
      ...(sizeBytes ? { file_size: sizeBytes } : {}),
    }));
}

/** What is in a folder below mlflow-artifacts:/. */
export async function filesIn(
  tracking: TrackingService,
  folder: string,
  pathOf: (path: string) => string,
): Promise<object[]> {
  return filesJson(await tracking.listFiles(folder), pathOf);
}

/** The path below mlflow-artifacts:/ of a URI of ours; null for one that is elsewhere. */
export function proxiedPath(uri: string): string | null {
  const [, path] = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.*?)\/*$/.exec(uri) ?? [];
  return path ?? null;
}

function json(value: object): Answer {
  return { kind: 'json', value };
}

/** `mlflow-artifacts/…`: bytes by path, through this server. */
export function artifactProxyEndpoints(parts: ArtifactParts): MlflowEndpoint[] {
  const { tracking, artifacts, multipartUploads: uploads, token } = parts;
  const base = '/mlflow-artifacts';
  const file = `${base}/artifacts/{path+}`;
  const pathOf = (call: RawCall): string => {
    const path = safePath(call.params.path ?? '');
    if (path === '') throw invalidParameter('Invalid path');
    return path;
  };
  // Where the client sends its bytes goes without its own header: it sends what it is told here.
  const headers = { Authorization: `Bearer ${token}` };
  const inFolder = (call: RawCall, local: string): string => {
    const name = baseName(local.replaceAll('\\', '/'));
    return safePath(`${call.params.folder ?? ''}/${name}`.replace(/^\/+/, ''));
  };

  return [
    raw('PUT', file, 'bytes', async (call) => {
      const path = pathOf(call);
      const body = call.bytes();
      await tracking.putFile(path, await artifacts.put(body, { ownsChunks: true }));
      return json({});
    }),
    raw('GET', file, 'query', (call) => fileAnswer(parts, pathOf(call))),
    raw('DELETE', file, 'query', async (call) => {
      await tracking.deleteFiles(pathOf(call));
      return json({});
    }),
    rpc('GET', `${base}/artifacts`, message({ path: text() }), async ({ path = '' }) =>
      unlessEmpty('files', await filesIn(tracking, safePath(path), baseName)),
    ),
    raw('GET', `${base}/presigned/{path+}`, 'query', async (call) => {
      const path = pathOf(call);
      const { sizeBytes } = await tracking.findFile(path);
      const address = path.split('/').map(encodeURIComponent).join('/');
      return json({
        url: `${call.origin}/api/2.0${base}/artifacts/${address}`,
        headers,
        file_size: sizeBytes,
      });
    }),
    ...['', '/{folder+}'].flatMap((folder) => [
      rpc(
        'POST',
        `${base}/mpu/create${folder}`,
        message({ path: required(text()), num_parts: required(int64()) }),
        async ({ path, num_parts: count }, call) => {
          inFolder(call, path);
          if (count < 1 || count > maxParts) {
            throw invalidParameter(`'num_parts' has to be 1 to ${maxParts}; it is ${count}.`);
          }
          const id = await uploads.begin();
          const credentials = Array.from({ length: count }, (_, index) => ({
            url: `${call.origin}/api/2.0${base}/mpu/parts/${id}/${index + 1}`,
            part_number: index + 1,
            headers,
          }));
          return { upload_id: id, credentials };
        },
      ),
      rpc(
        'POST',
        `${base}/mpu/complete${folder}`,
        message({
          path: required(text()),
          upload_id: required(text()),
          parts: repeated(message({ part_number: required(int64()), etag: required(text()) })),
        }),
        async ({ path, upload_id: id, parts: sent }, call) => {
          const target = inFolder(call, path);
          const blob = await uploads.complete(
            id,
            sent.map(({ part_number: part, etag }) => ({ part, etag: etag.replaceAll('"', '') })),
          );
          await tracking.putFile(target, blob);
          return {};
        },
      ),
      rpc(
        'POST',
        `${base}/mpu/abort${folder}`,
        message({ upload_id: required(text()) }),
        async ({ upload_id: id }) => {
          await uploads.abort(id);
          return {};
        },
      ),
    ]),
    raw('PUT', `${base}/mpu/parts/{upload_id}/{part}`, 'bytes', async (call) => {
      const part = Number(call.params.part);
      if (!Number.isSafeInteger(part) || part < 1 || part > maxParts)
        throw invalidParameter('Invalid part number');
      const etag = await uploads.putPart(call.params.upload_id ?? '', part, call.bytes());
      return { kind: 'json', value: {}, headers: { ETag: `"${etag}"` } };
    }),
  ];
}

/** Files of a run, by its id. */
export function runArtifactEndpoints(parts: ArtifactParts): MlflowEndpoint[] {
  const { tracking, artifacts } = parts;

  const ofRun = async (call: RawCall): Promise<{ runId: string; path: string }> => {
    const runId = call.query.get('run_id') || call.query.get('run_uuid') || '';
    const path = safePath(call.query.get('path') ?? '');
    if (runId === '') throw invalidParameter("Missing value for required parameter 'run_id'.");
    if (path === '') throw invalidParameter("Missing value for required parameter 'path'.");
    return { runId, path };
  };

  return [
    rpc('GET', '/mlflow/artifacts/list', message({ ...runRef, path: text() }), async (input) => {
      const run = await tracking.runRecord(runIdOf(input));
      const folder = safePath(input.path ?? '');
      const files = filesJson(await tracking.listArtifacts(run.id, folder, false), (path) => path);
      return { root_uri: run.artifactUri, ...unlessEmpty('files', files) };
    }),
    raw(
      'GET',
      '/get-artifact',
      'query',
      async (call) => {
        const { runId, path } = await ofRun(call);
        const { digest, sizeBytes } = await tracking.findArtifact(runId, path);
        const contentType = contentTypeOf(path);
        const open = (range: Parameters<ArtifactStore['open']>[1]) => artifacts.open(digest, range);
        return { kind: 'file', file: { name: path, digest, sizeBytes, contentType, ownsChunks: true, open } };
      },
      { version: 0 },
    ),
    raw(
      'POST',
      '/mlflow/upload-artifact',
      'bytes',
      async (call) => {
        const { runId, path } = await ofRun(call);
        const length = Number(call.headers['content-length'] ?? Number.NaN);
        if (!(length > 0)) throw invalidParameter('Request must contain the bytes of the file.');
        if (length > maxUiUploadBytes)
          throw invalidParameter('Artifact size is too large. Max size is 10MB.');
        await tracking.getRun(runId);
        await tracking.attachArtifact(runId, path, await artifacts.put(call.bytes(), { ownsChunks: true }));
        return json({});
      },
      { ajaxOnly: true },
    ),
    rpc('POST', '/mlflow/artifacts/presigned-upload-url', nothing, async () => {
      throw invalidParameter('Files of this server are uploaded through it, not by an address of their own.');
    }),
  ];
}

/** Throws RESOURCE_DOES_NOT_EXIST for a model whose files are not on this server. */
export function requireProxied(uri: string): string {
  const path = proxiedPath(uri);
  if (path === null) throw doesNotExist(`The files at ${uri} are not on this server.`);
  return path;
}
