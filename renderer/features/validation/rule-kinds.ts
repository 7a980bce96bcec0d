import {
  type ColumnRule,
  ColumnRule as ColumnRuleSchema,
  type ColumnType,
  type TableRule,
  TableRule as TableRuleSchema,
} from '../../../local-api/contract/index.ts';

export type AnyRule = ColumnRule | TableRule;
type Kind = AnyRule['kind'];

/** A field of the form of a rule. */
export type RuleField = {
  name: string;
  label: string;
  input:
    | 'number'
    | 'share'
    | 'bound'
    | 'text'
    | 'sql'
    | 'values'
    | 'names'
    | 'switch'
    | 'choice'
    | 'reference'
    | 'version';
  choices?: readonly { value: string; label: string }[];
  hint?: string;
};

const min: RuleField = { name: 'min', label: 'At least', input: 'number' };
const max: RuleField = { name: 'max', label: 'At most', input: 'number' };
const mostly: RuleField = {
  name: 'mostly',
  label: 'Smallest share that keeps it',
  input: 'share',
  hint: '1: every value',
};
const where: RuleField = {
  name: 'where',
  label: 'Only rows where',
  input: 'sql',
  hint: "SQL: country = 'DE'",
};

export const ruleKinds: Record<Kind, { label: string; hint: string; fields: readonly RuleField[] }> = {
  missing: {
    label: 'Missing values',
    hint: 'How much may be missing',
    fields: [{ name: 'maxShare', label: 'Largest share that may be missing', input: 'share' }, where],
  },
  range: {
    label: 'Range',
    hint: 'Smallest and largest value, both allowed',
    fields: [{ ...min, input: 'bound' }, { ...max, input: 'bound' }, mostly, where],
  },
  set: {
    label: 'Allowed values',
    hint: 'The values that may be there',
    fields: [{ name: 'values', label: 'Values', input: 'values', hint: 'One a line' }, mostly, where],
  },
  pattern: {
    label: 'Pattern',
    hint: 'A regular expression that is found in each text',
    fields: [{ name: 'pattern', label: 'Pattern', input: 'text', hint: '^[A-Z]{3}$' }, mostly, where],
  },
  length: { label: 'Length', hint: 'Characters of a text', fields: [min, max, mostly, where] },
  unique: { label: 'Unique', hint: 'No value is there twice', fields: [mostly, where] },
  monotone: {
    label: 'In order',
    hint: 'Each value is at least, or at most, the one before',
    fields: [
      {
        name: 'direction',
        label: 'Direction',
        input: 'choice',
        choices: [
          { value: 'increasing', label: 'increasing' },
          { value: 'decreasing', label: 'decreasing' },
        ],
      },
      { name: 'strict', label: 'Equal neighbours break it', input: 'switch' },
      mostly,
    ],
  },
  distinct: {
    label: 'Different values',
    hint: 'How many different values there are',
    fields: [min, max, where],
  },
  statistic: {
    label: 'Figure',
    hint: 'Mean, median … within limits',
    fields: [
      {
        name: 'statistic',
        label: 'Figure',
        input: 'choice',
        choices: ['mean', 'median', 'std', 'min', 'max', 'sum'].map((value) => ({ value, label: value })),
      },
      min,
      max,
      where,
    ],
  },
  distribution: {
    label: 'Distribution',
    hint: 'The values have not drifted away from those of another version, as a drift report judges it',
    fields: [
      {
        name: 'reference',
        label: 'Held against',
        input: 'version',
        hint: 'The number of a version, or "previous" for the one before',
      },
    ],
  },
  'row-count': { label: 'Number of rows', hint: 'How many rows there are', fields: [min, max] },
  'row-count-change': {
    label: 'Change of rows',
    hint: 'Rows divided by those of the version before',
    fields: [
      { ...min, name: 'minRatio' },
      { ...max, name: 'maxRatio' },
    ],
  },
  key: {
    label: 'Key',
    hint: 'No two rows agree in all of these columns',
    fields: [{ name: 'columns', label: 'Columns', input: 'names', hint: 'All of them when empty' }, mostly],
  },
  freshness: {
    label: 'Freshness',
    hint: 'The newest time is not older than …',
    fields: [
      { name: 'column', label: 'Column', input: 'reference' },
      { name: 'maxAgeHours', label: 'Hours', input: 'number' },
    ],
  },
  'foreign-key': {
    label: 'Is in other data',
    hint: 'Each value is there in another dataset',
    fields: [
      { name: 'columns', label: 'Columns', input: 'names' },
      { name: 'dataset', label: 'Dataset', input: 'text' },
      {
        name: 'references',
        label: 'Columns there',
        input: 'text',
        hint: 'By comma; the same names when empty',
      },
      { name: 'version', label: 'Version', input: 'number', hint: 'The newest when empty' },
      mostly,
    ],
  },
  condition: {
    label: 'SQL condition',
    hint: 'Each row must keep it',
    fields: [{ name: 'sql', label: 'Condition', input: 'sql', hint: 'arrival >= departure' }, mostly, where],
  },
  query: {
    label: 'SQL query',
    hint: 'A SELECT that must give no rows',
    fields: [{ name: 'sql', label: 'SELECT', input: 'sql', hint: 'SELECT * FROM data WHERE …' }],
  },
};

const isNumber = (type: ColumnType | null) => type === null || type === 'integer' || type === 'float';
const isTime = (type: ColumnType | null) => type === null || type === 'date' || type === 'datetime';

/** The kinds that a column of this type can have. */
export function kindsFor(type: ColumnType | null): ColumnRule['kind'][] {
  const isText = type === null || type === 'string';
  return [
    'missing',
    ...(isNumber(type) || isTime(type) ? (['range'] as const) : []),
    'set',
    ...(isText ? (['pattern', 'length'] as const) : []),
    'unique',
    ...(type === 'boolean' ? [] : (['monotone'] as const)),
    'distinct',
    ...(isTime(type) && type !== null ? [] : (['distribution'] as const)),
    ...(isNumber(type) ? (['statistic'] as const) : []),
  ];
}

export const tableKinds: TableRule['kind'][] = [
  'row-count',
  'row-count-change',
  'key',
  'freshness',
  'foreign-key',
  'condition',
  'query',
];

/** Values of a form as a rule, or what is wrong with them. */
export function parseRule(values: Record<string, unknown>, of: 'column' | 'table'): AnyRule | string {
  const parsed = (of === 'column' ? ColumnRuleSchema : TableRuleSchema).safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return issue === undefined ? 'Not complete' : `${issue.path.join('.')}: ${issue.message}`;
}
