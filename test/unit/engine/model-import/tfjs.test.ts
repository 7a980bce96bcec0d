import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readModel } from '../../../../engine/model-import/read-model.ts';
import { readSource } from '../../../../engine/model-import/read-source.ts';
import { convertTfjs } from '../../../../engine/model-import/tfjs/convert-tfjs.ts';
import { readWeights } from '../../../../engine/model-import/tfjs/weights.ts';
import { createSession } from '../../../../engine/onnx/index.ts';
import { encodeRequest, newPace, runBatches } from '../../../../engine/serving/index.ts';
import { ModelReading } from '../../../../local-api/contract/index.ts';

const folder = new URL('../../../fixtures/imported/tfjs/', import.meta.url);
const cases = JSON.parse(await readFile(new URL('cases.json', folder), 'utf8')) as Record<
  string,
  { rows: number[][]; answers: number[][] }
>;
const modelJson = (name: string) => readFile(new URL(`${name}/model.json`, folder));
const beside = (name: string) => async (path: string) => readFile(new URL(`${name}/${path}`, folder));

describe('layers models of TensorFlow.js', () => {
  test.each([
    ['dense', {}],
    ['graph', {}],
    ['conv', { classes: ['no', 'yes'] }],
    ['conv1d', { classes: ['no', 'yes'] }],
  ])('%s answers as TensorFlow.js does, to 1e-6', async (name, asked) => {
    const { onnx } = await convertTfjs(await modelJson(name), beside(name));
    const read = await readModel(onnx, ModelReading.parse(asked), {
      open: createSession,
      metadata: {},
      progress() {},
    });
    expect(read.report.problems).toEqual([]);
    if (read.model === null) return;
    const { file, signature } = read.model;
    const session = await createSession(file);
    const { rows, answers } = cases[name] ?? { rows: [], answers: [] };
    const named = rows.map((row) =>
      Object.fromEntries(row.map((v, i) => [signature.inputs[i]?.name ?? '', v])),
    );
    const given = await runBatches(
      session,
      signature,
      await encodeRequest(signature, { rows: named }),
      newPace(),
    );
    await session.release();
    const ours =
      given.value?.map((v) => [v]) ?? given.probabilities?.map((p) => (name === 'conv' ? p.slice(1) : p));
    expect(ours?.length).toBe(answers.length);
    answers.forEach((row, i) => {
      row.forEach((value, k) => {
        expect(Math.abs((ours?.[i]?.[k] ?? Number.NaN) - value)).toBeLessThan(1e-6);
      });
    });
  });

  test('layers without a counterpart are named, with the way through Python', async () => {
    await expect(convertTfjs(await modelJson('lstm'), beside('lstm'))).rejects.toMatchObject({
      code: 'models/not-importable',
      problems: [{ message: expect.stringMatching(/^The layer \w+ \(LSTM\) cannot be converted/) }],
      hint: expect.stringContaining('tf2onnx'),
    });
  });

  test('missing and short weight files are said', async () => {
    const json = await modelJson('dense');
    await expect(convertTfjs(json, async () => null)).rejects.toThrow(/weight file weights.bin is missing/);
    await expect(convertTfjs(json, async () => Buffer.alloc(8))).rejects.toThrow(/are cut off/);
  });

  test('other JSON is refused by name', async () => {
    const other = Buffer.from(JSON.stringify({ a: 1 }));
    await expect(convertTfjs(other, async () => null)).rejects.toThrow(/not the model.json/);
  });

  test('quantised weights are restored', async () => {
    const weights = [
      {
        name: 'a',
        shape: [2],
        dtype: 'float32',
        quantization: { dtype: 'uint8' as const, scale: 0.5, min: -1 },
      },
      { name: 'b', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' as const } },
    ];
    const read = await readWeights([{ paths: ['w'], weights }], async () =>
      Uint8Array.of(0, 4, 0x00, 0x3e, 0x00, 0xc0),
    );
    expect([...read.weights.values()].map(({ values }) => [...values])).toEqual([
      [-1, 1],
      [1.5, -2],
    ]);
  });

  test('the folder and its model.json are read, and never a file outside it', async () => {
    const { pathname } = new URL('dense', folder);
    for (const path of [pathname, `${pathname}/model.json`]) {
      const source = await readSource(path, 'dense', { hasNeighbours: true });
      if (source.kind !== 'tfjs') throw new Error('not read as TensorFlow.js');
      expect(await source.read('weights.bin')).toHaveLength(332);
      expect(await source.read('../cases.json')).toBeNull();
    }
  });
});
