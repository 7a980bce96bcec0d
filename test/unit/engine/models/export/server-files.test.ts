import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serverFiles } from '../../../../../engine/models/export/server-files.ts';
import { onnxRuntimeVersion } from '../../../../../engine/onnx/index.ts';

const texts = (model: string) =>
  new Map(
    serverFiles({ model, version: '1.2.0' }, Buffer.from('the script')).map(([path, bytes]) => [
      path,
      Buffer.from(bytes).toString('utf8'),
    ]),
  );

test('the server of an export runs models with the release that Assay itself does', () => {
  const own: unknown = JSON.parse(
    readFileSync(new URL('../../../../../package.json', import.meta.url), 'utf8'),
  );
  expect(own).toMatchObject({ dependencies: { 'onnxruntime-node': onnxRuntimeVersion } });
  expect(JSON.parse(texts('late')?.get('package.json') ?? '')).toMatchObject({
    version: '1.2.0',
    dependencies: { 'onnxruntime-node': onnxRuntimeVersion },
  });
});

test.each([
  ['late-flights', 'model-late-flights'],
  ['Späte Flüge (2001)', 'model-sp-te-fl-ge-2001'],
  ['...', 'model'],
])('a model called "%s" makes the package %s, which npm and image names allow', (model, name) => {
  expect(JSON.parse(texts(model).get('package.json') ?? '')).toMatchObject({ name });
  expect(texts(model).get('SERVING.md')).toContain(`docker build -t ${name}:1.2.0 .`);
});

test('the image runs without root, and says whether it is well', () => {
  const dockerfile = texts('late').get('Dockerfile') ?? '';
  expect(dockerfile).toMatch(/^USER nonroot$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK .*\/health/m);
  const command = /^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '';
  expect(JSON.parse(command)).toEqual(['assay-serve.mjs', '/model', '--host', '0.0.0.0', '--port', '8080']);
});
