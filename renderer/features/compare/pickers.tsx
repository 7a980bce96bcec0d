import { Select } from '@mantine/core';
import { shortName } from './run-values.ts';

type Props = {
  label: string;
  /** Names such as `metrics.auc` and `params.lr`. */
  ids: readonly string[];
  value: string | undefined;
  onChange: (id: string) => void;
  /** Offers to choose nothing, under this text. */
  none?: string;
};

/** Chooses a metric or param of the runs. */
export function ValuePicker({ label, ids, value, onChange, none }: Props) {
  const group = (title: string, family: string) => ({
    group: title,
    items: ids.filter((id) => id.startsWith(family)).map((id) => ({ value: id, label: shortName(id) })),
  });
  const groups = [group('Metrics', 'metrics.'), group('Params', 'params.'), group('Tags', 'tags.')];
  return (
    <Select
      label={label}
      data={groups.filter(({ items }) => items.length > 0)}
      value={value ?? null}
      onChange={(id) => onChange(id ?? '')}
      searchable
      allowDeselect={none !== undefined}
      {...(none === undefined
        ? {}
        : { placeholder: none, clearable: true, clearButtonProps: { 'aria-label': `${label}: ${none}` } })}
      w={180}
    />
  );
}
