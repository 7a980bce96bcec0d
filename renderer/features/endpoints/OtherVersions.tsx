import { NumberInput } from '@mantine/core';
import { EditableRows } from '../../components/EditableRows.tsx';
import { ModelRefField } from '../../components/ModelRefField.tsx';
import type { DeployForm } from './deploy-form.ts';

type Props = {
  form: DeployForm;
  set: (change: Partial<DeployForm>) => void;
  /** As many as a route may have beside the first two. */
  max: number;
  add: string;
  /** What is set for each besides its reference. */
  amount?: 'percent' | 'weight' | undefined;
};

/** Further versions of a route; the first two are what answers now and the new one. */
export function OtherVersions({ form: { others }, set, max, add, amount }: Props) {
  return (
    <EditableRows
      rows={others}
      onChange={(changed) => set({ others: changed })}
      removeLabel={(place) => `Leave out version ${place + 2}`}
      addLabel={add}
      create={() => ({ ref: '', percent: 10, weight: 1 })}
      most={max}
    >
      {(other, change, index) => (
        <>
          <ModelRefField
            isRow
            label={`Version ${index + 3}`}
            value={other.ref}
            onChange={(ref) => change({ ref })}
          />
          {amount === undefined ? null : (
            <NumberInput
              aria-label={
                amount === 'percent' ? `Share of version ${index + 3}` : `Weight of version ${index + 3}`
              }
              min={0}
              {...(amount === 'percent' ? { max: 99, suffix: ' %' } : {})}
              value={other[amount]}
              onChange={(value) => change({ [amount]: Math.max(0, Number(value)) })}
              w={90}
            />
          )}
        </>
      )}
    </EditableRows>
  );
}
