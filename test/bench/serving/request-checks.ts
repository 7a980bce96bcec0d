import { openDuckDb } from '../../../engine/duckdb/index.ts';
import { checkRows } from '../../../engine/validation/serve/check-rows.ts';
import { compileChecks } from '../../../engine/validation/serve/compile-checks.ts';
import {
  type Cell,
  DataSchema,
  type DataSchemaInput,
  type SchemaColumnInput,
} from '../../../local-api/contract/index.ts';
import { type BenchRow, row } from '../report.ts';

/** 20 columns: 8 numbers, 8 texts and 4 times, with 60 rules between them. */
const columns = Array.from({ length: 20 }, (_, index): SchemaColumnInput => {
  const missing = { kind: 'missing' as const };
  if (index < 8)
    return {
      name: `number_${index}`,
      type: 'float',
      rules: [
        missing,
        { kind: 'range', min: 0, max: 1000 },
        { kind: 'range', max: 900, where: 'number_0 > 10' },
      ],
    };
  if (index < 16)
    return {
      name: `text_${index}`,
      type: 'string',
      rules: [
        missing,
        { kind: 'pattern', pattern: '^[A-Z]{3}-[0-9]+$' },
        { kind: 'length', min: 3, max: 20 },
      ],
    };
  const range = { kind: 'range' as const, min: '2020-01-01', max: '2030-01-01' };
  return {
    name: `time_${index}`,
    type: 'datetime',
    rules: [missing, range, { ...range, where: 'number_1 < 500' }],
  };
});
const schema: DataSchemaInput = { columns, extraColumns: 'error' };

function rowOf(index: number): Record<string, Cell> {
  return Object.fromEntries(
    columns.map(({ name, type }, place) => {
      if (type === 'float') return [name, (index * 7 + place) % 800];
      return [name, type === 'string' ? `ABC-${(index * 31 + place) % 1000}` : '2026-05-04T10:20:30Z'];
    }),
  );
}

/** Processor time that one row of a request takes to be held against 60 rules over 20 columns. */
export async function measureChecks(rows: number): Promise<BenchRow> {
  const db = await openDuckDb({ readable: [], folders: [], memoryMb: 128 });
  const parsed = DataSchema.parse(schema);
  const inputs = columns.map(({ name, type }) => ({
    name,
    type: type ?? 'string',
    nullable: true,
    examples: [],
  }));
  const compiled = await compileChecks(db, parsed, { inputs, target: 'target' });
  db.close();
  const requests = Array.from({ length: rows }, (_, index) => ({ rows: [rowOf(index)] }));
  const microseconds = async (): Promise<number> => {
    const before = process.cpuUsage();
    for (const request of requests) {
      const { broken } = await checkRows(compiled, request);
      if (broken.length > 0) throw new Error('The rows of the bench keep their schema.');
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / rows;
  };
  await microseconds();
  return row(
    'check of a request of one row, 20 columns, 60 rules (processor time)',
    'µs',
    await microseconds(),
  );
}
