import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { Cell } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatNumber } from '../output.ts';

const Rows = z.array(z.record(z.string(), Cell));

export function predictCommand(): Command {
  return new Command('predict')
    .description('predict rows with a registered model')
    .argument('<model>', 'name@alias, name/1.0.0, or name for the newest version')
    .argument('[rows]', 'rows as JSON: a file, or - for standard input; one object or a list of them', '-')
    .option('--row <column=value...>', 'one row given here: --row distance=550 origin=ATL')
    .action(async (model: string, file: string, options: { row?: string[] }, command: Command) => {
      const { output, withClient } = contextOf(command);
      const rows = options.row ? [rowOf(options.row)] : readRows(file);
      await withClient(async (client) => {
        const answer = await client.predictions.predict({ body: { model, rows } });
        output.result(answer, () => {
          const { label, value, probabilities, classes } = answer;
          output.table(
            rows.map((_, i) => i),
            [
              { title: 'row', value: (i) => String(i), align: 'right' },
              ...(label ? [{ title: 'label', value: (i: number) => label[i] ?? '' }] : []),
              ...(value
                ? [{ title: 'value', value: (i: number) => formatNumber(value[i]), align: 'right' as const }]
                : []),
              ...(classes ?? []).map((name, k) => ({
                title: `p(${name})`,
                value: (i: number) => formatNumber(probabilities?.[i]?.[k]),
                align: 'right' as const,
              })),
            ],
            'No rows.',
          );
        });
      });
    });
}

function readRows(file: string): z.infer<typeof Rows> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new CommandFailure(
      'request/malformed',
      `The rows cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Give a JSON list of objects.',
      exitCodes.usage,
    );
  }
  const rows = Rows.safeParse(Array.isArray(parsed) ? parsed : [parsed]);
  if (rows.success) return rows.data;
  throw new CommandFailure(
    'request/invalid',
    'The rows are not a list of objects with plain values.',
    'For example: [{"distance": 550, "origin": "ATL"}]',
    exitCodes.usage,
  );
}

/** `column=value`, where a value that reads as JSON (a number, true, null) is taken as such and anything else as text. */
function rowOf(pairs: readonly string[]): Record<string, Cell> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new CommandFailure(
          'usage',
          `"${pair}" is not column=value.`,
          'For example: --row distance=550 origin=ATL',
          exitCodes.usage,
        );
      return [pair.slice(0, at), cellOf(pair.slice(at + 1))];
    }),
  );
}

function cellOf(text: string): Cell {
  try {
    const cell = Cell.safeParse(JSON.parse(text));
    return cell.success ? cell.data : text;
  } catch {
    return text;
  }
}
