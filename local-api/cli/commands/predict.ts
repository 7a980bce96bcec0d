import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { formatNumber } from '../output.ts';
import { readRows, rowOf } from '../read-rows.ts';

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
