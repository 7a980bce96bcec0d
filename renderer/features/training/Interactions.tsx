import { ActionIcon, Button, Select, Tooltip } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { interactionRoles } from '../../../local-api/contract/index.ts';
import type { ChosenFeature } from './chosen-features.ts';
import type { InteractionDraft } from './preprocessing-draft.ts';
import classes from './training.module.css';

const kinds: { value: InteractionDraft['kind']; label: string }[] = [
  { value: 'product', label: 'a × b' },
  { value: 'ratio', label: 'a ÷ b' },
  { value: 'sum', label: 'a + b' },
  { value: 'difference', label: 'a − b, or days between dates' },
  { value: 'cross', label: 'pairs of categories' },
];

type Props = {
  interactions: readonly InteractionDraft[];
  features: readonly ChosenFeature[];
  onChange: (interactions: InteractionDraft[]) => void;
  faultAt: (field: string) => string | undefined;
};

/** Further features, each made of two. */
export function Interactions({ interactions, features, onChange, faultAt }: Props) {
  const change = (index: number, part: Partial<InteractionDraft>) =>
    onChange(interactions.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <fieldset className={classes.group}>
      <legend>Interactions</legend>
      {interactions.map(({ kind, columns: [first, second] }, index) => {
        const offered = features
          .filter(({ role }) => interactionRoles[kind].includes(role))
          .map(({ name }) => name);
        const label = `Interaction ${index + 1}`;
        const side = (value: string, name: string, set: (column: string) => void) => (
          <Select
            aria-label={`${label}: ${name} feature`}
            placeholder={`${name} feature`}
            data={offered}
            value={value === '' ? null : value}
            onChange={(column) => set(column ?? '')}
            searchable
            nothingFoundMessage="No feature of this kind"
          />
        );
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own and are only added at the end.
          <div key={index} className={classes.row}>
            <Select
              aria-label={`${label}: kind`}
              data={kinds}
              value={kind}
              onChange={(value) => {
                const next = kinds.find((one) => one.value === value)?.value;
                if (next) change(index, { kind: next, columns: ['', ''] });
              }}
              allowDeselect={false}
              error={faultAt(`interactions.${index}`)}
            />
            {side(first, 'first', (column) => change(index, { columns: [column, second] }))}
            {side(second, 'second', (column) => change(index, { columns: [first, column] }))}
            <Tooltip label="Remove">
              <ActionIcon
                aria-label={`Remove ${label}`}
                onClick={() => onChange(interactions.filter((_, at) => at !== index))}
              >
                <IconX size={15} />
              </ActionIcon>
            </Tooltip>
          </div>
        );
      })}
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...interactions, { kind: 'product', columns: ['', ''] }])}
      >
        Add an interaction
      </Button>
    </fieldset>
  );
}
