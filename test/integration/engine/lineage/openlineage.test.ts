import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TransformDefinition } from '../../../../local-api/contract/index.ts';
import { type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let temp: TempWorkspace;
const received: string[] = [];
let isDown = true;
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const isKnown = request.headers.authorization === 'Bearer s3cret';
    if (!isDown && isKnown) received.push(`${request.url} ${Buffer.concat(parts)}`);
    response.statusCode = isDown ? 503 : isKnown ? 201 : 401;
    response.end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  temp = await tempWorkspace({
    settings: { 'lineage.openLineageFile': true, 'lineage.openLineageUrl': `http://127.0.0.1:${port}` },
  });
});
afterAll(async () => {
  await temp.close();
  await new Promise((resolve) => server.close(resolve));
});

/** The published schemas: see the folder's README. */
function validator() {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
  ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  ajv.addFormat('uri', /^[a-z][a-z0-9+.-]*:\S+$/);
  const folder = new URL('../../../fixtures/openlineage/', import.meta.url);
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.json')))
    ajv.addSchema(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
  const check = (schema: string, value: unknown, what: string) => {
    const isValid = ajv.validate(schema, value);
    expect(isValid, `${what}: ${ajv.errorsText()}`).toBe(true);
  };
  return (event: Record<string, unknown>) => {
    check(
      'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
      event,
      String(event.eventType),
    );
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const { _schemaURL: schema } = Object(value);
      if (typeof schema === 'string') check(schema, value, schema);
      for (const child of Object.values(value)) look(child);
    };
    look(event);
  };
}

const eventsOf = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));

test('imports and transforms are told as OpenLineage asks: to a file, to a server when it is up, and afterwards', async () => {
  const { data, jobs, transforms, lineage } = temp.workspace;
  const job = await data.import({
    dataset: 'penguins',
    source: { kind: 'sample', name: 'penguins' },
    options: {},
    note: '',
    tags: {},
  });
  await jobs.wait(job.id);
  const definition = TransformDefinition.parse({
    inputs: { p: { dataset: 'penguins' } },
    steps: [
      { step: 'rename', columns: { 'Body Mass (g)': 'grams' } },
      { step: 'derive', column: 'kilos', expression: "grams / 1000 -- 'Island'" },
      {
        step: 'aggregate',
        by: ['Species'],
        measures: [{ name: 'weight', function: 'mean', column: 'kilos' }],
      },
    ],
    output: 'weights',
  });
  await transforms.save({ name: 'weights', definition, note: '' });
  const made = await transforms.run('weights');
  await jobs.wait(made.jobId ?? '');
  const bad = await data.import({
    dataset: 'none',
    source: { kind: 'path', path: new URL(import.meta.url).pathname },
    options: { where: 'false' },
    note: '',
    tags: {},
  });
  await jobs.wait(bad.id);
  await lineage.idle();

  const file = join(temp.dir, 'lineage', 'openlineage.ndjson');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const events = eventsOf(lines);
  const validate = validator();
  for (const event of events) validate(event);
  expect(events.map(({ eventType, job: { name } }) => `${eventType} ${name}`)).toEqual([
    'START import.penguins',
    'COMPLETE import.penguins',
    'START transform.weights',
    'COMPLETE transform.weights',
    'START import.none',
    'FAIL import.none',
  ]);
  expect(events[0].run.runId).toBe(events[1].run.runId);
  expect(events[5].run.facets.errorMessage.message).not.toBe('');
  const [input] = events[3].inputs;
  const [output] = events[3].outputs;
  expect(input).toMatchObject({
    namespace: 'assay',
    name: 'datasets/penguins',
    facets: { version: { datasetVersion: '1' } },
    inputFacets: { dataQualityMetrics: { rowCount: 344, columnMetrics: { Species: { distinctCount: 3 } } } },
  });
  expect(output).toMatchObject({
    name: 'datasets/weights',
    outputFacets: { outputStatistics: { rowCount: 3 } },
    facets: {
      schema: {
        fields: [
          { name: 'Species', type: 'string' },
          { name: 'weight', type: 'float' },
        ],
      },
    },
  });
  const from = (column: string) =>
    output.facets.columnLineage.fields[column].inputFields.map(
      (one: { field: string; transformations: { subtype: string }[] }) => [
        one.field,
        one.transformations[0]?.subtype,
      ],
    );
  expect(from('Species')).toEqual([['Species', 'IDENTITY']]);
  expect(from('weight')).toEqual([['Body Mass (g)', 'AGGREGATION']]);

  // Afterwards the same can be asked for, without having been asked to write it.
  const told = await lineage.openLineage({ limit: 100 });
  expect(JSON.parse(JSON.stringify(told.items))).toEqual(events);

  // The server was down all the while. When it is up again it wants a key: nothing is lost for that.
  isDown = false;
  await temp.reopen();
  const server = () => temp.workspace.lineage.server();
  await expect.poll(server, { timeout: 20_000 }).toMatchObject({
    hasKey: false,
    waiting: events.length,
    failure: expect.stringContaining('answers 401'),
  });
  await temp.workspace.lineage.setKey('s3cret');
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(events.length);
  expect(received).toEqual(lines.map((line) => `/api/v1/lineage ${line}`));
  await expect.poll(server).toMatchObject({ hasKey: true, waiting: 0, failure: null });
});

test('what a killed engine did not come to tell is told at the next start, each event once', async () => {
  const file = join(temp.dir, 'lineage', 'openlineage.ndjson');
  const told = readFileSync(file, 'utf8').trim().split('\n');
  await temp.workspace.close({ graceMs: 0 });
  // As after a kill: of the transform the end is in the file and nowhere else, of the last import there is half a line.
  const db = new Database(join(temp.dir, 'assay.db'));
  db.prepare(
    `DELETE FROM lineage_told WHERE job_id IN (SELECT id FROM jobs WHERE kind = 'transform') AND event_type = 'COMPLETE'`,
  ).run();
  db.prepare(
    `DELETE FROM lineage_told WHERE job_id = (SELECT max(id) FROM jobs WHERE kind = 'import')`,
  ).run();
  db.close();
  writeFileSync(file, `${told.slice(0, 4).join('\n')}\n${told[4]?.slice(0, 50)}`);
  received.length = 0;
  await temp.reopen();
  await temp.workspace.lineage.idle();
  expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual(told);
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(3);
  expect(received).toEqual(told.slice(3).map((line) => `/api/v1/lineage ${line}`));

  await temp.reopen();
  await temp.workspace.lineage.idle();
  expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual(told);
  expect(received).toHaveLength(3);
});
