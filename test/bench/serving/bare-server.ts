/** The floor: ONNX Runtime behind node:http and nothing else. Columns in JSON come in, outputs in JSON go out. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

type Columns = Record<string, (number | string)[]>;

const folder = process.argv[2] ?? '.';
const session = await InferenceSession.create(join(folder, 'model.onnx'), {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});

function feedsOf(columns: Columns): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const [name, cells] of Object.entries(columns))
    feeds[name] =
      typeof cells[0] === 'string'
        ? new Tensor('string', cells.map(String), [cells.length])
        : new Tensor('float64', Float64Array.from(cells, Number), [cells.length]);
  return feeds;
}

async function answer(text: string): Promise<string> {
  const { columns } = JSON.parse(text) as { columns: Columns };
  const { label, probabilities } = await session.run(feedsOf(columns));
  const flat = Array.from((probabilities?.data ?? []) as Float32Array);
  const width = probabilities?.dims[1] ?? 1;
  const rows = Array.from({ length: flat.length / width }, (_, row) =>
    flat.slice(row * width, (row + 1) * width),
  );
  return JSON.stringify({ label: label?.data, probabilities: rows });
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const body = await answer(Buffer.concat(chunks).toString());
    response.setHeader('Content-Type', 'application/json');
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null)
    console.log(`assay-serve is ready: http://127.0.0.1:${address.port}`);
});
