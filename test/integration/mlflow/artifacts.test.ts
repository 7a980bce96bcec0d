import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { type MlflowCaller, mlflowCaller, newExperiment, newRun } from '../../kit/mlflow.ts';
import { rawRequest } from '../../kit/raw-request.ts';

const base = '/api/2.0/mlflow-artifacts';
let api: TestApi;
let mlflow: MlflowCaller;
let run: string;
let root: string;
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  mlflow = mlflowCaller(api);
  run = await newRun(mlflow, '0');
  root = `0/${run}/artifacts`;
});
afterAll(() => api.close());

const bearer = () => ({ authorization: `Bearer ${api.token}` });
const errorOf = (answer: { status: number; body: Record<string, unknown> }) => [
  answer.status,
  answer.body.error_code,
];
const invalid = [400, 'INVALID_PARAMETER_VALUE'];
const put = (path: string, body: BodyInit, type = 'text/plain') =>
  fetch(`${api.url}${base}/artifacts/${path}`, {
    method: 'PUT',
    headers: { ...bearer(), 'content-type': type },
    body,
    ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
  });
const getFile = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}${base}/artifacts/${path}`, { headers: { ...bearer(), ...headers } });
const list = async (path: string) => (await mlflow.get(`${base}/artifacts`, { path })).body;

describe('files of a run', () => {
  it('come back as they went, and are the artifacts that the workbench shows', async () => {
    const bytes = randomBytes(300_000);
    expect((await put(`${root}/deep/er/data.bin`, bytes, 'application/octet-stream')).status).toBe(200);
    const answer = await getFile(`${root}/deep/er/data.bin`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(answer.headers.get('content-disposition')).toContain('attachment; filename="data.bin"');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const { items } = await api.client.runs.artifacts({ params: { runId: run }, query: { path: 'deep/er' } });
    expect(items).toEqual([
      {
        path: 'deep/er/data.bin',
        isDirectory: false,
        sizeBytes: 300_000,
        digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      },
    ]);
  });

  it('are replaced; an empty file and chunked bytes are kept as they are', async () => {
    await put(`${root}/again.txt`, 'one');
    await put(`${root}/again.txt`, 'two');
    expect(await (await getFile(`${root}/again.txt`)).text()).toBe('two');
    const stream = (text: string) => new Blob(text === '' ? [] : [text]).stream();
    expect((await put(`${root}/empty.txt`, stream(''))).status).toBe(200);
    expect((await put(`${root}/chunked.txt`, stream('bytes'))).status).toBe(200);
    expect(await (await getFile(`${root}/empty.txt`)).text()).toBe('');
    expect(await (await getFile(`${root}/chunked.txt`)).text()).toBe('bytes');
  });

  it('take names with blanks, plus signs and letters of all kinds', async () => {
    const name = 'ein Bild+größe%2B.png';
    expect((await put(`${root}/odd/${encodeURIComponent(name)}`, 'x', 'image/png')).status).toBe(200);
    expect(await list(`${root}/odd`)).toEqual({ files: [{ path: name, is_dir: false, file_size: 1 }] });
    expect((await getFile(`${root}/odd/${encodeURIComponent(name)}`)).headers.get('content-type')).toBe(
      'image/png',
    );
  });

  it('are listed by their own names, sorted; a file and what is not there list nothing', async () => {
    for (const path of ['l/b.txt', 'l/a/x', 'l/c/y', 'l/a.txt']) await put(`${root}/${path}`, 'z');
    expect(await list(`${root}/l`)).toEqual({
      files: [
        { path: 'a', is_dir: true },
        { path: 'a.txt', is_dir: false, file_size: 1 },
        { path: 'b.txt', is_dir: false, file_size: 1 },
        { path: 'c', is_dir: true },
      ],
    });
    expect(await list(`${root}/l/a.txt`)).toEqual({});
    expect(await list(`${root}/nothing`)).toEqual({});
    const ofRun = await mlflow.get('/artifacts/list', { run_id: run, path: 'l/a' });
    expect(ofRun.body).toEqual({
      root_uri: `mlflow-artifacts:/${root}`,
      files: [{ path: 'l/a/x', is_dir: false, file_size: 1 }],
    });
  });

  it('that are not there do not exist; a folder is no file', async () => {
    for (const path of [`${root}/nope`, `${root}/l`, 'nowhere/x']) {
      expect(errorOf(await mlflow.get(`${base}/artifacts/${path}`))).toEqual([
        404,
        'RESOURCE_DOES_NOT_EXIST',
      ]);
    }
    expect(errorOf(await mlflow.get('/get-artifact', { run_id: run, path: 'nope' }))).toEqual([
      404,
      'RESOURCE_DOES_NOT_EXIST',
    ]);
    expect((await mlflow.get('/get-artifact', { run_uuid: run, path: 'again.txt' })).text).toBe('two');
    expect(errorOf(await mlflow.get('/get-artifact', { run_id: run }))).toEqual(invalid);
  });

  it('are removed one by one or with their folder, as often as asked', async () => {
    await put(`${root}/gone/a/b`, 'x');
    await put(`${root}/gone/c`, 'x');
    for (const path of ['gone/c', 'gone', 'gone']) {
      expect((await mlflow.send('DELETE', `${base}/artifacts/${root}/${path}`)).body).toEqual({});
    }
    expect(await list(`${root}/gone`)).toEqual({});
    expect((await getFile(`${root}/again.txt`)).status).toBe(200);
  });

  it.each([
    ['a.py', 'text/plain'],
    ['MLmodel', 'text/plain'],
    ['page.html', 'text/html'],
    ['doc.pdf', 'application/pdf'],
    ['data.parquet', 'application/octet-stream'],
  ])('%s is sent as %s', async (name, type) => {
    await put(`${root}/types/${name}`, 'x');
    const answer = await getFile(`${root}/types/${name}`, { accept: 'application/json' });
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  it.each([
    '..%2f..%2fx',
    '%2e%2e/x',
    '%252e%252e%252fx',
    'a/%2e%2e/%2e%2e/x',
    '%2fetc/passwd',
    'C:%5Cx',
    'a%5C..%5Cx',
    'a%23b',
    'file:%2f%2fx',
  ])('the path %s is refused', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await rawRequest(api.url, `${base}/artifacts/${path}`, { method, headers: bearer() });
      expect([answer.status, (JSON.parse(answer.body) as { message: string }).message]).toEqual([
        400,
        'Invalid path',
      ]);
    }
  });

  it('uploads of web pages go into the run, up to 10 MB', async () => {
    const path = `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${run}&path=up/x.txt`;
    expect((await mlflow.send('POST', path, { text: 'hello' })).body).toEqual({});
    expect((await mlflow.get('/get-artifact', { run_id: run, path: 'up/x.txt' })).text).toBe('hello');
    expect(errorOf(await mlflow.send('POST', path, { text: '' }))).toEqual(invalid);
    expect(errorOf(await mlflow.send('POST', path, { text: 'x'.repeat(10 * 1024 ** 2 + 1) }))).toEqual(
      invalid,
    );
  });
});

describe('files that belong to no run', () => {
  it('are kept by path, and the same bytes only once', async () => {
    const bytes = randomBytes(50_000);
    const before = await api.workspace.artifacts.usage();
    for (const path of ['0/models/m-1/artifacts/w.bin', '0/traces/tr-1/artifacts/w.bin', `${root}/w.bin`]) {
      expect((await put(path, bytes)).status).toBe(200);
    }
    expect((await api.workspace.artifacts.usage()).blobs).toBe(before.blobs + 1);
    expect(await list('0/models/m-1')).toEqual({ files: [{ path: 'artifacts', is_dir: true }] });
    await api.workspace.artifacts.collectGarbage({ graceMs: 0 });
    expect((await getFile('0/traces/tr-1/artifacts/w.bin')).status).toBe(200);
  });

  it('of an experiment with a place of its own still show in its runs', async () => {
    const made = await mlflow.post('/experiments/create', {
      name: 'own place',
      artifact_location: 'mlflow-artifacts:/team/x',
    });
    const id = await newRun(mlflow, String(made.body.experiment_id));
    await put(`team/x/${id}/artifacts/f.txt`, 'x');
    const { items } = await api.client.runs.artifacts({ params: { runId: id }, query: {} });
    expect(items.map(({ path }) => path)).toEqual(['f.txt']);
    // The same run under a place that is not its own is a path like any other.
    await put(`0/${id}/artifacts/g.txt`, 'x');
    expect((await api.client.runs.artifacts({ params: { runId: id }, query: {} })).items).toHaveLength(1);
  });
});

describe('files in parts', () => {
  type Begun = {
    upload_id: string;
    credentials: { url: string; part_number: number; headers: Record<string, string> }[];
  };
  const begin = async (folder: string, parts: number) =>
    (await mlflow.post(`${base}/mpu/create/${folder}`, { path: '/home/me/big.bin', num_parts: parts }))
      .body as Begun;

  it('sent in any order, and one of them twice, make the whole', async () => {
    const pieces = [randomBytes(700_000), randomBytes(700_000), randomBytes(10)];
    const { upload_id, credentials } = await begin(`${root}/mp`, 3);
    const parts: { part_number: number; etag: string; url: string }[] = [];
    for (const i of [2, 0, 1, 1]) {
      const credential = credentials[i];
      if (credential === undefined) throw new Error('no credential');
      const { url, part_number, headers } = credential;
      const answer = await fetch(url, { method: 'PUT', headers, body: pieces[i] as Buffer<ArrayBuffer> });
      parts[i] = { part_number, etag: answer.headers.get('etag') ?? '', url };
    }
    const complete = { path: '/home/me/big.bin', upload_id, parts };
    expect((await mlflow.post(`${base}/mpu/complete/${root}/mp`, complete)).body).toEqual({});
    const whole = Buffer.concat(pieces);
    const presigned = await mlflow.get(`${base}/presigned/${root}/mp/big.bin`);
    expect(presigned.body.file_size).toBe(whole.length);
    const headers = { ...(presigned.body.headers as Record<string, string>), range: 'bytes=699990-700009' };
    const range = await fetch(String(presigned.body.url), { headers });
    expect([range.status, range.headers.get('content-range')]).toEqual([
      206,
      `bytes 699990-700009/${whole.length}`,
    ]);
    expect(Buffer.from(await range.arrayBuffer()).equals(whole.subarray(699_990, 700_010))).toBe(true);
    expect(errorOf(await mlflow.post(`${base}/mpu/complete/${root}/mp`, complete))).toEqual([
      404,
      'RESOURCE_DOES_NOT_EXIST',
    ]);
  });

  it('with a wrong ETag, or none of its parts, are refused and can still be completed or given up', async () => {
    const { upload_id, credentials } = await begin(`${root}/mp2`, 1);
    const body = { path: 'big.bin', upload_id, parts: [{ part_number: 1, etag: 'x' }] };
    expect(errorOf(await mlflow.post(`${base}/mpu/complete/${root}/mp2`, body))).toEqual(invalid);
    expect((await mlflow.post(`${base}/mpu/abort/${root}/mp2`, { path: 'big.bin', upload_id })).body).toEqual(
      {},
    );
    const late = await fetch(credentials[0]?.url ?? '', { method: 'PUT', headers: bearer(), body: 'x' });
    expect(late.status).toBe(404);
    expect(errorOf(await mlflow.post(`${base}/mpu/create/${root}`, { path: 'x', num_parts: 0 }))).toEqual(
      invalid,
    );
  });
});

describe('a place elsewhere', () => {
  it('is handed out as it was given', async () => {
    const id = await newExperiment(mlflow, 'default place');
    const made = await mlflow.post('/experiments/create', {
      name: 'on s3',
      artifact_location: 's3://bucket/here',
    });
    const there = await newRun(mlflow, String(made.body.experiment_id));
    const here = await newRun(mlflow, id);
    const uriOf = async (run_id: string) =>
      ((await mlflow.get('/runs/get', { run_id })).body as { run: { info: { artifact_uri: string } } }).run
        .info.artifact_uri;
    expect(await uriOf(there)).toBe(`s3://bucket/here/${there}/artifacts`);
    expect(await uriOf(here)).toBe(`mlflow-artifacts:/${id}/${here}/artifacts`);
  });
});
