import { ActionIcon, Checkbox, Menu, Select } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import {
  type ColumnRule,
  ColumnType,
  type Problem,
  type SchemaColumn,
  wordsOfRule,
} from '../../../local-api/contract/index.ts';
import { PlainTable } from '../../components/PlainTable.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import { type AnyRule, kindsFor, ruleKinds } from './rule-kinds.ts';
import classes from './validation.module.css';

type Props = {
  columns: readonly SchemaColumn[];
  problems: readonly Problem[];
  onChange: (columns: SchemaColumn[]) => void;
};

type Opened = { column: number; rule: number | null; kind: ColumnRule['kind'] };

/** The columns of a schema with their rules, a line each. */
export function ColumnRules({ columns, problems, onChange }: Props) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const names = columns.map(({ name }) => name);
  const set = (index: number, part: Partial<SchemaColumn>) =>
    onChange(columns.map((column, at) => (at === index ? { ...column, ...part } : column)));
  const openedColumn = opened === null ? undefined : columns[opened.column];
  const put = (rule: AnyRule) => {
    if (opened === null || openedColumn === undefined || !isColumnRule(rule)) return;
    const rules =
      opened.rule === null
        ? [...openedColumn.rules, rule]
        : openedColumn.rules.map((one, at) => (at === opened.rule ? rule : one));
    set(opened.column, { rules });
    setOpened(null);
  };
  return (
    <>
      <PlainTable
        label="Columns and their rules"
        maxHeight={560}
        rows={columns.map((column, index) => ({ ...column, index }))}
        keyOf={({ index }) => index}
        columns={[
          { name: 'Column', cell: ({ name }) => <strong>{name}</strong> },
          {
            name: 'Type',
            cell: ({ type, index, name }) => (
              <Select
                aria-label={`Type of ${name}`}
                size="xs"
                w={110}
                allowDeselect={false}
                data={[{ value: 'any', label: 'any' }, ...ColumnType.options]}
                value={type ?? 'any'}
                onChange={(value) => set(index, { type: ColumnType.safeParse(value).data ?? null })}
              />
            ),
          },
          {
            name: 'Required',
            cell: ({ required, index, name }) => (
              <Checkbox
                size="xs"
                aria-label={`${name} must be there`}
                checked={required}
                onChange={(event) => set(index, { required: event.currentTarget.checked })}
              />
            ),
          },
          {
            name: 'Rules',
            cell: ({ rules, type, index, name }) => (
              <div className={classes.chips}>
                {rules.map((rule, at) => (
                  <RuleChip
                    key={rule.id || `${rule.kind} ${at}`}
                    rule={rule}
                    problem={problemAt(problems, `/columns/${index}/rules/${at}`)}
                    onOpen={() => setOpened({ column: index, rule: at, kind: rule.kind })}
                    onRemove={() => set(index, { rules: rules.filter((_, place) => place !== at) })}
                  />
                ))}
                <AddRule
                  label={`Add a rule to ${name}`}
                  kinds={kindsFor(type)}
                  onAdd={(kind) => setOpened({ column: index, rule: null, kind })}
                />
              </div>
            ),
          },
        ]}
      />
      {opened === null || openedColumn === undefined ? null : (
        <RuleEditor
          of="column"
          title={`${openedColumn.name}: ${ruleKinds[opened.kind].label}`}
          rule={(opened.rule === null ? undefined : openedColumn.rules[opened.rule]) ?? newRule(opened.kind)}
          columns={names}
          onDone={put}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

/** What the form of a new rule begins with. */
export function newRule<K extends AnyRule['kind']>(kind: K): { kind: K } {
  const first = ruleKinds[kind].fields.filter(({ input }) => input === 'choice');
  return { kind, ...Object.fromEntries(first.map(({ name, choices }) => [name, choices?.[0]?.value])) };
}

function isColumnRule(rule: AnyRule): rule is ColumnRule {
  return kindsFor(null).some((kind) => kind === rule.kind);
}

export function problemAt(problems: readonly Problem[], path: string): string | undefined {
  const found = problems.filter((problem) => problem.path === path || problem.path.startsWith(`${path}/`));
  return found.length === 0 ? undefined : found.map(({ message }) => message).join('; ');
}

type ChipProps = { rule: AnyRule; problem: string | undefined; onOpen: () => void; onRemove: () => void };

/** A rule in a few words: a click edits it, the cross takes it away. */
export function RuleChip({ rule, problem, onOpen, onRemove }: ChipProps) {
  const { label } = ruleKinds[rule.kind];
  const words = wordsOfRule(rule);
  const notes = [problem, `${label}: ${words}`, rule.severity === 'warn' ? 'only warns' : null, rule.reason];
  return (
    <span
      className={classes.chip}
      data-severity={rule.severity}
      data-faulty={problem === undefined ? undefined : true}
    >
      <button
        type="button"
        className={classes.open}
        title={notes.filter(Boolean).join('\n')}
        onClick={onOpen}
      >
        <span className={classes.kind}>{label}</span>
        {words}
      </button>
      <button
        type="button"
        className={classes.away}
        aria-label={`Take away: ${label}, ${words}`}
        title="Take it away"
        onClick={onRemove}
      >
        <IconX size={11} aria-hidden="true" />
      </button>
    </span>
  );
}

type AddProps<K> = { label: string; kinds: readonly K[]; onAdd: (kind: K) => void; children?: ReactNode };

export function AddRule<K extends AnyRule['kind']>({ label, kinds, onAdd, children }: AddProps<K>) {
  return (
    <Menu withinPortal>
      <Menu.Target>
        {children ?? (
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} title={label}>
            <IconPlus size={14} />
          </ActionIcon>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => (
          <Menu.Item key={kind} onClick={() => onAdd(kind)} title={ruleKinds[kind].hint}>
            {ruleKinds[kind].label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
