import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addInputs, decodeGraph, GraphBuilder } from '../../../../../engine/onnx/index.ts';
import { addPreprocessing } from '../../../../../engine/training/preprocessing/add-preprocessing.ts';
import { fitPreprocessing } from '../../../../../engine/training/preprocessing/fit.ts';
import { type MatrixView, matrixColumns } from '../../../../../engine/training/preprocessing/fitted.ts';
import { openPreprocessor } from '../../../../../engine/training/preprocessing/preprocessor.ts';
import { Preprocessing } from '../../../../../local-api/contract/index.ts';
import { oracleMatrix } from './oracle.ts';
import { arbitrarySettings, arbitraryTable, interactionsOf } from './random-tables.ts';
import { allRows, tableOf } from './tables.ts';

test('the graph gives what a plain implementation gives, on random tables with gaps, odd names and unseen categories, for every setting', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      arbitraryTable,
      fc.constantFrom<MatrixView['numbers']>('scaled', 'unscaled'),
      fc.constantFrom<MatrixView['categories']>('encoded', 'codes'),
      arbitrarySettings,
      async (table, numbers, categories, settings) => {
        const rows = allRows(table).slice(0, Math.ceil(table.rows / 2));
        const preprocessing = Preprocessing.parse({ ...settings, interactions: interactionsOf(table) });
        const view = { numbers, categories };
        let fitted: Awaited<ReturnType<typeof fitPreprocessing>>;
        try {
          fitted = await fitPreprocessing({ table, rows, preprocessing, view, seed: 3 });
        } catch (error) {
          expect(error).toMatchObject({ code: 'training/bad-recipe' });
          return;
        }
        const preprocessor = await openPreprocessor(fitted);
        const flat = await preprocessor.matrix(table, allRows(table));
        await preprocessor.release();
        expect(matrixColumns(fitted)).toHaveLength(preprocessor.columns.length);
        const expected = oracleMatrix(fitted, table, allRows(table)).flat();
        expect(flat).toHaveLength(expected.length);
        compared += 1;
        for (const [index, want] of expected.entries()) {
          const got = flat[index] ?? Number.NaN;
          const isClose = Number.isNaN(want)
            ? Number.isNaN(got)
            : Math.abs(got - want) <= 1e-6 * Math.max(1, Math.abs(want));
          if (!isClose)
            expect.fail(
              `${preprocessor.columns[index % preprocessor.columns.length]?.name}: ${got} is not ${want}`,
            );
        }
        if (numbers === 'scaled' && categories === 'encoded') expect(flat.every(Number.isFinite)).toBe(true);
      },
    ),
    { numRuns: 150, seed: 11 },
  );
  expect(compared).toBeGreaterThan(100);
});

test('a number column adds an input to the graph and nothing else, or wide files would be slow to load', async () => {
  const nodes = async (width: number) => {
    const columns = Array.from({ length: width }, (_, j) => {
      const type = j % 2 === 0 ? ('float' as const) : ('integer' as const);
      return [`x${j}`, { type, values: [1, 2 + j, 4, 7] }] as const;
    });
    const table = tableOf(Object.fromEntries(columns));
    const view = { numbers: 'scaled', categories: 'encoded' } as const;
    const preprocessing = Preprocessing.parse({});
    const fitted = await fitPreprocessing({ table, rows: allRows(table), preprocessing, view, seed: 0 });
    const graph = new GraphBuilder('matrix');
    graph.output('x', addPreprocessing(graph, fitted, addInputs(graph, fitted.inputs)), 'float32');
    return decodeGraph(graph.build()).nodes.length;
  };
  expect(await nodes(40)).toBe(await nodes(4));
});
