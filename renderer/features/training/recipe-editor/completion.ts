import { type Cursor, cursorAt } from './cursor.ts';
import {
  describe,
  type Field,
  fieldsOf,
  isNested,
  type Schema,
  schemasAt,
  typeWords,
  valuesOf,
} from './recipe-schema.ts';
import { type Format, type Path, writeScalar } from './recipe-text.ts';

/** What is known of the data that a recipe is for. */
export type RecipeContext = {
  columns: readonly { name: string; type: string }[];
  /** Classes of the target, where they are known. */
  classes: readonly string[];
  dataset: { id: string; title: string };
  /** Metrics that a search can aim at. */
  metrics: readonly string[];
};

export type Completion = {
  label: string;
  /** A few words beside the label: a type, a unit. */
  detail: string;
  description: string;
  kind: 'name' | 'value' | 'column';
  /** What stands in the text instead of the word at the cursor. */
  insert: string;
  /** Whether there is more to choose after it: the value of a field. */
  hasMore: boolean;
};

export type Completions = { from: number; to: number; options: Completion[] };

/**
 * What can be written at an offset of a recipe: names of fields that are not there yet, values of enumerations, and the columns,
 * classes and metrics of the data where a recipe names them. Null where nothing is known. Cost: linear in the text.
 */
export function completionsAt(
  text: string,
  offset: number,
  format: Format,
  context: RecipeContext,
): Completions | null {
  const cursor = cursorAt(text, offset);
  if (cursor === null) return null;
  const options = [
    ...(cursor.wants === 'value' ? [] : names(cursor, text, format, context)),
    ...(cursor.wants === 'name' ? [] : values(cursor, format, context)),
  ];
  return options.length === 0 ? null : { from: cursor.from, to: cursor.to, options };
}

function names(cursor: Cursor, text: string, format: Format, context: RecipeContext): Completion[] {
  const { path, value, hasColon } = cursor;
  const schemas = schemasAt(value, path);
  const present = Object.keys(Object(valueAt(value, path)));
  const lineStart = text.lastIndexOf('\n', cursor.from - 1) + 1;
  const indent = cursor.from - lineStart;
  const complete = (name: string, schema: Schema): string => {
    const written = writeScalar(name, format);
    if (hasColon) return written;
    if (format === 'json' || /[{[]/.test(text.slice(lineStart, cursor.from))) return `${written}: `;
    return isNested(schema) ? `${written}:\n${' '.repeat(indent + 2)}` : `${written}: `;
  };
  const option = ({ name, schema, isRequired }: Field): Completion => ({
    label: name,
    detail: [typeWords(schema), isRequired ? 'required' : ''].filter((part) => part !== '').join(', '),
    description: describe(schema),
    kind: 'name',
    insert: complete(name, schema),
    hasMore: !hasColon,
  });
  const free = freeNames(path, value, context).map(({ label, detail }): Completion => {
    const schema = schemas.find(({ additionalProperties }) => typeof additionalProperties === 'object');
    const below = schemasAt(value, [...path, label])[0] ?? schema ?? {};
    return {
      label,
      detail,
      description: '',
      kind: 'column',
      insert: complete(label, below),
      hasMore: !hasColon,
    };
  });
  return [...fieldsOf(schemas).map(option), ...free].filter(({ label }) => !present.includes(label));
}

function values({ path, value }: Cursor, format: Format, context: RecipeContext): Completion[] {
  const plain = valuesOf(schemasAt(value, path)).map(
    ({ value: known, description }): Completion => ({
      label: String(known),
      detail: '',
      description,
      kind: 'value',
      insert: typeof known === 'string' ? writeScalar(known, format) : String(known),
      hasMore: false,
    }),
  );
  const known = knownValues(path, context);
  const listed = typeof path.at(-1) === 'number' ? valueAt(value, path.slice(0, -1)) : undefined;
  const others: unknown[] = Array.isArray(listed) ? listed : [];
  return [
    ...plain,
    ...known
      .filter(({ label }) => !others.includes(label))
      .map(
        ({ label, detail }): Completion => ({
          label,
          detail,
          description: '',
          kind: 'column',
          insert: writeScalar(label, format),
          hasMore: false,
        }),
      ),
  ];
}

type Known = { label: string; detail: string };

const columnNames = ({ columns }: RecipeContext): Known[] =>
  columns.map(({ name, type }) => ({ label: name, detail: type }));

/** Fields, or lists of them, whose values are columns. */
const columnFields = new Set(['column', 'columns', 'include', 'exclude', 'slices', 'fairness', 'group']);

/** Values that the data knows at a path. */
function knownValues(path: Path, context: RecipeContext): Known[] {
  const field = path.filter((step) => typeof step === 'string').at(-1) ?? '';
  if (columnFields.has(String(field))) return columnNames(context);
  if (field === 'positive') return context.classes.map((label) => ({ label, detail: 'class' }));
  if (field === 'metric') return context.metrics.map((label) => ({ label, detail: 'metric' }));
  if (field === 'dataset') return [{ label: context.dataset.id, detail: context.dataset.title }];
  return [];
}

/** Maps whose names are columns. */
const columnMaps = new Set(['roles', 'columns', 'monotone']);

/** Names that the data, or the recipe itself, knows for the entries of a map. */
function freeNames(path: Path, value: unknown, context: RecipeContext): Known[] {
  const map = path.at(-1);
  if (typeof map !== 'string') return [];
  if (columnMaps.has(map)) return columnNames(context);
  if (map === 'classes') return context.classes.map((label) => ({ label, detail: 'class' }));
  if (path.join('.') === 'tuning.space') return searchable(value);
  if (map === 'when' && path[1] === 'space') {
    return Object.keys(Object(valueAt(value, ['tuning', 'space']))).map((label) => ({ label, detail: '' }));
  }
  return [];
}

const preprocessingGroups = ['numeric', 'categorical', 'datetime', 'selection'];

/** Settings that a search can look through: those of the trainer and of preprocessing. */
function searchable(value: unknown): Known[] {
  const groups = [['trainer'], ...preprocessingGroups.map((group) => ['preprocessing', group])];
  return groups.flatMap((path) =>
    fieldsOf(schemasAt(value, path)).map(({ name, schema }) => ({
      label: [...path, name].join('.'),
      detail: typeWords(schema),
    })),
  );
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path)
    at = typeof at === 'object' && at !== null ? Reflect.get(at, String(step)) : undefined;
  return at;
}
