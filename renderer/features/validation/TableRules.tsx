import { Button, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { DataSchema, Problem, TableRule } from '../../../local-api/contract/index.ts';
import { AddRule, newRule, problemAt, RuleChip } from './ColumnRules.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import { type AnyRule, ruleKinds, tableKinds } from './rule-kinds.ts';
import classes from './validation.module.css';

type Props = {
  schema: DataSchema;
  problems: readonly Problem[];
  onChange: (schema: DataSchema) => void;
};

const policies = [
  { value: 'allow', label: 'are fine' },
  { value: 'warn', label: 'warn' },
  { value: 'error', label: 'fail' },
];

/** Rules about rows and the whole table, and what other columns mean. */
export function TableRules({ schema, problems, onChange }: Props) {
  const [opened, setOpened] = useState<{ rule: number | null; kind: TableRule['kind'] } | null>(null);
  const { rows } = schema;
  const remove = (index: number) => onChange({ ...schema, rows: rows.filter((_, at) => at !== index) });
  const put = (rule: AnyRule) => {
    if (opened === null || !isTableRule(rule)) return;
    const next =
      opened.rule === null ? [...rows, rule] : rows.map((one, at) => (at === opened.rule ? rule : one));
    onChange({ ...schema, rows: next });
    setOpened(null);
  };
  return (
    <div style={{ padding: '10px 14px' }} className={classes.stack}>
      <div className={classes.chips}>
        {rows.map((rule, index) => (
          <RuleChip
            key={rule.id || `${rule.kind} ${index}`}
            rule={rule}
            problem={problemAt(problems, `/rows/${index}`)}
            onOpen={() => setOpened({ rule: index, kind: rule.kind })}
            onRemove={() => remove(index)}
          />
        ))}
        <AddRule label="Add a rule" kinds={tableKinds} onAdd={(kind) => setOpened({ rule: null, kind })}>
          <Button size="compact-xs" variant="default" leftSection={<IconPlus size={13} />}>
            Add a rule
          </Button>
        </AddRule>
      </div>
      <div className={classes.facts}>
        <Policy
          label="Columns that the schema does not name"
          value={schema.extraColumns}
          onChange={(extraColumns) => onChange({ ...schema, extraColumns })}
        />
        <Policy
          label="Columns in another order"
          value={schema.columnOrder}
          onChange={(columnOrder) => onChange({ ...schema, columnOrder })}
        />
      </div>
      {opened === null ? null : (
        <RuleEditor
          of="table"
          title={ruleKinds[opened.kind].label}
          rule={(opened.rule === null ? undefined : rows[opened.rule]) ?? newRule(opened.kind)}
          columns={schema.columns.map(({ name }) => name)}
          onDone={put}
          onClose={() => setOpened(null)}
        />
      )}
    </div>
  );
}

type PolicyValue = DataSchema['extraColumns'];
type PolicyProps = { label: string; value: PolicyValue; onChange: (value: PolicyValue) => void };

function Policy({ label, value, onChange }: PolicyProps) {
  return (
    <span className={classes.facts}>
      {label}
      <Select
        aria-label={label}
        size="xs"
        w={100}
        allowDeselect={false}
        data={policies}
        value={value}
        onChange={(chosen) => {
          if (chosen === 'allow' || chosen === 'warn' || chosen === 'error') onChange(chosen);
        }}
      />
    </span>
  );
}

function isTableRule(rule: AnyRule): rule is TableRule {
  return tableKinds.some((kind) => kind === rule.kind);
}
