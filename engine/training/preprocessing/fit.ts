import type { Problem } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { InputColumn } from '../../onnx/index.ts';
import type { TableColumn } from '../table.ts';
import { fitCategory } from './fit-category.ts';
import { fitDatetime } from './fit-datetime.ts';
import { fitInteraction, interactionName } from './fit-interaction.ts';
import { fitNumber } from './fit-number.ts';
import { type Dropped, type FitOptions, type Fitted, inputOf } from './fit-options.ts';
import type { FittedFeature, FittedPreprocessing, NumberColumn } from './fitted.ts';
import { selectFeatures } from './select-features.ts';

/**
 * Learns from the training rows how each column becomes numbers: fill-in values, ranges and scales, categories worth a column,
 * further features made of two, and which of all these are kept. Columns that tell nothing (constant, all missing) are dropped
 * with a reason, and so are parts of `timeColumn` whose cycle the training rows do not cover twice.
 *
 * Errors: `training/bad-recipe` when no column is left, or one has a role or a setting that its values do not allow; those
 * of `pause`.
 * Cost: linear in rows × columns, and a sort a column for medians and quantiles.
 */
export async function fitPreprocessing(options: FitOptions): Promise<FittedPreprocessing> {
  const features: FittedFeature[] = [];
  const dropped: Dropped[] = [];
  const problems: Problem[] = [];
  const outOfFold = new Map<NumberColumn, Float64Array>();
  const { columns } = options.table;
  const { interactions } = options.preprocessing;
  let begun = 0;
  const add = async (name: string, path: string, learn: () => Fitted | Promise<Fitted>) => {
    options.begins?.(name, begun++, columns.length + interactions.length);
    await options.pause?.();
    try {
      const fitted = await learn();
      if ('dropped' in fitted) {
        dropped.push({ name, reason: fitted.dropped });
        return;
      }
      features.push(fitted.feature);
      dropped.push(...(fitted.without ?? []));
      for (const [column, values] of fitted.outOfFold ?? []) outOfFold.set(column, values);
    } catch (error) {
      if (!(error instanceof AssayError) || error.code !== 'training/bad-recipe') throw error;
      problems.push({ path, message: error.message });
    }
  };
  for (const column of columns)
    await add(column.name, `/features/roles/${column.name}`, () => fitColumn(column, options));
  for (const [index, interaction] of interactions.entries())
    await add(interactionName(interaction), `/preprocessing/interactions/${index}`, () =>
      fitInteraction(interaction, options),
    );
  await options.pause?.();
  if (features.length === 0 && problems.length === 0)
    problems.push({
      path: '/features',
      message: `no column is left to learn from: ${dropped.map(({ name, reason }) => `${name} (${reason})`).join(', ')}`,
    });
  if (problems.length > 0)
    throw new AssayError('training/bad-recipe', problems.map(({ message }) => message).join('; '), {
      problems,
    });
  const selected = selectFeatures(features, options);
  return {
    view: options.view,
    inputs: inputsOf(selected.kept, options),
    features: selected.kept,
    dropped: [...dropped, ...selected.dropped],
    outOfFold,
  };
}

function fitColumn(column: TableColumn, options: FitOptions): Fitted | Promise<Fitted> {
  if (column.role === 'category') return fitCategory(column, options);
  return column.role === 'datetime' ? fitDatetime(column, options) : fitNumber(column, options);
}

/** The raw columns that the features are made of, in the order of the table. */
function inputsOf(features: readonly FittedFeature[], { table }: FitOptions): InputColumn[] {
  const used = new Set(
    features.flatMap((feature) => ('of' in feature ? feature.of : [feature])).map(({ name }) => name),
  );
  return table.columns.filter(({ name }) => used.has(name)).map(inputOf);
}
