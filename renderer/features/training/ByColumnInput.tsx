import { ActionIcon, Input, Select, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { SettingField } from './setting-fields.ts';
import classes from './training.module.css';

type Props = {
  field: SettingField;
  /** A choice a column. */
  value: unknown;
  onChange: (value: unknown) => void;
  fault: string | undefined;
  columns: readonly string[];
};

/** A setting that some columns have, each with one of a few values: which of them the answer may only rise or fall with. */
export function ByColumnInput({ field, value, onChange, fault, columns }: Props) {
  const chosen = Object.entries(Object(value)).map(([name, choice]) => ({ name, choice: String(choice) }));
  const others = columns.filter((name) => !chosen.some((one) => one.name === name));
  const set = (name: string, choice: string | null) => {
    const rest = chosen.filter((one) => one.name !== name || choice !== null);
    const next = rest.map((one): [string, string] => [
      one.name,
      one.name === name ? (choice ?? '') : one.choice,
    ]);
    const isNew = choice !== null && !chosen.some((one) => one.name === name);
    onChange(Object.fromEntries(isNew ? [...next, [name, choice]] : next));
  };
  return (
    <Input.Wrapper
      label={field.label}
      description={field.description}
      error={fault}
      className={classes.whole}
    >
      <div className={classes.byColumn}>
        {chosen.map(({ name, choice }) => (
          <div key={name} className={classes.byColumnRow}>
            <span className="a-truncate" title={name}>
              {name}
            </span>
            <Select
              aria-label={`${field.label}: ${name}`}
              data={field.choices}
              value={choice}
              onChange={(next) => {
                if (next !== null) set(name, next);
              }}
              allowDeselect={false}
            />
            <Tooltip label="Remove">
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`${field.label}: remove ${name}`}
                onClick={() => set(name, null)}
              >
                <IconX size={15} />
              </ActionIcon>
            </Tooltip>
          </div>
        ))}
        <Select
          aria-label={`${field.label}: add a column`}
          placeholder="Add a column"
          data={others}
          value={null}
          onChange={(name) => {
            if (name !== null) set(name, field.choices[0] ?? '');
          }}
          searchable
          nothingFoundMessage="No further feature of numbers"
          maw={280}
        />
      </div>
    </Input.Wrapper>
  );
}
