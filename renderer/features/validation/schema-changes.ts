import {
  type ColumnRule,
  type DataSchema,
  type TableRule,
  wordsOfRule,
} from '../../../local-api/contract/index.ts';

export type SchemaChange = {
  where: string;
  kind: 'added' | 'removed' | 'changed';
  before: string;
  after: string;
};

/** What one schema has otherwise than another, a line each. */
export function schemaChanges(before: DataSchema, after: DataSchema): SchemaChange[] {
  return changesOf(partsOf(before), partsOf(after));
}

/** Everything a schema says, by a name that stays. */
function partsOf(schema: DataSchema): Map<string, string> {
  const parts = new Map<string, string>([
    ['Other columns', schema.extraColumns],
    ['Order of the columns', schema.columnOrder],
  ]);
  for (const column of schema.columns) {
    const facts = [
      column.type ?? 'any type',
      column.required ? 'required' : 'optional',
      ...(column.severity === 'warn' ? ['warns'] : []),
    ];
    parts.set(column.name, facts.join(', '));
    for (const rule of column.rules) parts.set(`${column.name}: ${rule.kind}`, ruleText(rule));
  }
  for (const rule of schema.rows) parts.set(`${rule.kind} (${rule.id})`, ruleText(rule));
  return parts;
}

function ruleText(rule: ColumnRule | TableRule): string {
  return `${wordsOfRule(rule)}${rule.severity === 'warn' ? ' (warns)' : ''}`;
}

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): SchemaChange[] {
  const changes: SchemaChange[] = [];
  for (const [where, text] of after) {
    const old = before.get(where);
    if (old === undefined) changes.push({ where, kind: 'added', before: '', after: text });
    else if (old !== text) changes.push({ where, kind: 'changed', before: old, after: text });
  }
  for (const [where, text] of before)
    if (!after.has(where)) changes.push({ where, kind: 'removed', before: text, after: '' });
  return changes;
}
