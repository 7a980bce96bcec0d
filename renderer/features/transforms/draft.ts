import type {
  Column,
  TransformDefinition,
  TransformDefinitionInput,
  TransformStep,
  TransformStepInput,
} from '../../../local-api/contract/index.ts';

export type DraftInput = { alias: string; dataset: string; version: number | 'latest' };
/** `id` keeps a step's place in the page while steps are moved. */
export type DraftStep = { id: number; step: TransformStepInput };

/** A definition while it is written: as much of it as is there. */
export type Draft = {
  name: string;
  output: string;
  inputs: DraftInput[];
  how: 'steps' | 'sql';
  steps: DraftStep[];
  sql: string;
  auto: boolean;
};

export type StepKind = TransformStep['step'];

export const stepLabels: Record<StepKind, string> = {
  filter: 'Filter rows',
  derive: 'Derive a column',
  select: 'Keep columns',
  rename: 'Rename columns',
  drop: 'Drop columns',
  fill: 'Fill missing values',
  join: 'Join another input',
  aggregate: 'Aggregate',
  sort: 'Sort',
  distinct: 'Remove duplicates',
  sample: 'Sample rows',
  split: 'Split into datasets',
};

let lastId = 0;
const withId = (step: TransformStepInput): DraftStep => ({ id: ++lastId, step });

/** A step with nothing chosen yet. */
export function emptyStep(kind: StepKind, inputs: readonly DraftInput[]): DraftStep {
  const steps: { [K in StepKind]: Extract<TransformStepInput, { step: K }> } = {
    filter: { step: 'filter', where: '' },
    derive: { step: 'derive', column: '', expression: '' },
    select: { step: 'select', columns: [] },
    rename: { step: 'rename', columns: {} },
    drop: { step: 'drop', columns: [] },
    fill: { step: 'fill', columns: [], with: { kind: 'median' } },
    join: { step: 'join', with: inputs[1]?.alias ?? '', on: [], kind: 'left' },
    aggregate: { step: 'aggregate', by: [], measures: [{ name: 'rows', function: 'count' }] },
    sort: { step: 'sort', by: [{ column: '' }] },
    distinct: { step: 'distinct' },
    sample: { step: 'sample', fraction: 0.1, seed: 0 },
    split: {
      step: 'split',
      by: {
        kind: 'fraction',
        parts: [
          { name: 'train', fraction: 0.8 },
          { name: 'test', fraction: 0.2 },
        ],
        seed: 0,
      },
    },
  };
  return withId(steps[kind]);
}

export const emptyDraft: Draft = {
  name: '',
  output: '',
  inputs: [],
  how: 'steps',
  steps: [],
  sql: '',
  auto: false,
};

/** What an input is called in SQL unless somebody says otherwise. */
export function aliasOf(dataset: string, taken: readonly string[]): string {
  const plain = dataset.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_') || 'data';
  let alias = plain;
  for (let n = 2; taken.includes(alias); n += 1) alias = `${plain}_${n}`;
  return alias;
}

/** Delays by airport and hour, from the sample flights. */
export function exampleDraft(): Draft {
  return {
    ...emptyDraft,
    name: 'delays-by-airport',
    output: 'delays-by-airport',
    inputs: [{ alias: 'flights', dataset: 'flights', version: 'latest' }],
    steps: [
      withId({ step: 'filter', where: 'distance > 100' }),
      withId({ step: 'derive', column: 'hour', expression: 'hour(date)' }),
      withId({
        step: 'aggregate',
        by: ['origin', 'hour'],
        measures: [
          { name: 'flights', function: 'count' },
          { name: 'mean_delay', function: 'mean', column: 'delay' },
        ],
      }),
      withId({ step: 'sort', by: [{ column: 'mean_delay', descending: true }] }),
    ],
  };
}

export function draftOf(name: string, definition: TransformDefinition, auto: boolean): Draft {
  return {
    name,
    output: definition.output,
    inputs: Object.entries(definition.inputs).map(([alias, input]) => ({ alias, ...input })),
    how: definition.sql === undefined ? 'steps' : 'sql',
    steps: (definition.steps ?? []).map(withId),
    sql: definition.sql ?? '',
    auto,
  };
}

/** What is sent: the engine says what is wrong with it. */
export function definitionOf(draft: Draft): TransformDefinitionInput {
  const inputs = Object.fromEntries(
    draft.inputs.map(({ alias, dataset, version }) => [alias, { dataset, version }]),
  );
  const output = draft.output || draft.name;
  return draft.how === 'sql'
    ? { inputs, sql: draft.sql, output }
    : { inputs, steps: draft.steps.map(({ step }) => step), output };
}

/** Steps of the same work as SQL, to go on from. */
export function sqlOf(draft: Draft, compiled: string | null): string {
  if (draft.sql.trim() !== '') return draft.sql;
  if (compiled !== null) return compiled;
  return `SELECT *\nFROM ${draft.inputs[0]?.alias ?? 'data'}\n`;
}

export const inputNames = ({ inputs }: TransformDefinition): string[] =>
  Object.values(inputs).map(({ dataset, version }) =>
    version === 'latest' ? dataset : `${dataset} v${version}`,
  );

export const columnNames = (columns: readonly Column[]): string[] => columns.map(({ name }) => name);
