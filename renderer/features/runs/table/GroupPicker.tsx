import { Button, MultiSelect, Popover, SegmentedControl, Switch, Text } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { isMarkTag } from '../run-marks.ts';
import { aggregates, readAggregate } from './aggregates.ts';
import { joinList, splitList } from './list-text.ts';
import { columnLabel, filterName, parseColumn, type RunKeys } from './run-columns.ts';
import type { RunsSearch, SearchChange } from './table-state.ts';

type Props = { keys: RunKeys; search: RunsSearch; onSearch: (change: SearchChange) => void };

const MAX_FIELDS = 3;
const attributes = ['status', 'experimentId', 'user', 'source', 'name', 'parentRunId'];

/** Chooses what runs are grouped by, what groups show of metrics, and whether runs are folded under their parents. */
export function GroupPicker({ keys, search, onSearch }: Props) {
  const by = splitList(search.group);
  const option = (value: string) => ({ value, label: labelOf(value) });
  const families = [
    { group: 'Params', items: keys.params.map((key) => option(filterName(`params.${key}`))) },
    {
      group: 'Tags',
      items: keys.tags.filter((key) => !isMarkTag(key)).map((key) => option(filterName(`tags.${key}`))),
    },
    { group: 'Run', items: attributes.map(option) },
  ];
  const offered = new Set(families.flatMap(({ items }) => items.map(({ value }) => value)));
  const others = by.filter((field) => !offered.has(field)).map(option);
  const label = by.length === 0 ? 'Group' : `By ${by.map(labelOf).join(', ')}`;
  return (
    <Popover width={320} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant={by.length > 0 ? 'light' : 'default'}
          leftSection={<IconStack2 size={15} />}
          maw={220}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Groups of runs">
        <MultiSelect
          label="Group runs by"
          description={`Up to ${MAX_FIELDS} params, tags or attributes`}
          data={others.length > 0 ? [{ group: 'Chosen', items: others }, ...families] : families}
          value={by}
          onChange={(fields) => onSearch({ group: fields.length === 0 ? undefined : joinList(fields) })}
          maxValues={MAX_FIELDS}
          limit={60}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Do not group' }}
          comboboxProps={{ withinPortal: false }}
          data-autofocus
        />
        <Text size="sm" fw={500} mt="md" mb={4}>
          Groups show of a metric
        </Text>
        <SegmentedControl
          fullWidth
          aria-label="Groups show of a metric"
          data={aggregates.map((value) => ({ value, label: value === 'mean' ? 'mean ± std' : value }))}
          value={readAggregate(search.aggregate)}
          onChange={(aggregate) => onSearch({ aggregate: aggregate === 'mean' ? undefined : aggregate })}
        />
        <Switch
          mt="md"
          label="Fold runs under their parents"
          description={
            by.length > 0 ? 'Not while runs are grouped' : 'A filter shows all runs that match, side by side'
          }
          disabled={by.length > 0}
          checked={search.nested !== undefined}
          onChange={(event) => onSearch({ nested: event.currentTarget.checked ? 'yes' : undefined })}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function labelOf(field: string): string {
  const { family, key } = parseColumn(field);
  if (field === 'parentRunId') return 'Parent run';
  return family === 'attributes' ? columnLabel(key) : key.replaceAll('`', '');
}
