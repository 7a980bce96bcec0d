import { NumberInput, Select } from '@mantine/core';
import type { ThresholdChoice } from '../../../local-api/contract/index.ts';

type Props = {
  threshold: ThresholdChoice;
  onChange: (threshold: ThresholdChoice) => void;
  fault: string | undefined;
};

const ways: Record<ThresholdChoice['by'], { label: string; first: ThresholdChoice }> = {
  fixed: { label: 'fixed', first: { by: 'fixed', at: 0.5 } },
  cost: { label: 'least cost', first: { by: 'cost', costs: { falsePositive: 1, falseNegative: 5 } } },
  f1: { label: 'highest F1', first: { by: 'f1' } },
  youden: { label: 'best of both rates (Youden)', first: { by: 'youden' } },
  recall: { label: 'a recall to be reached', first: { by: 'recall', atLeast: 0.9 } },
  precision: { label: 'a precision to be reached', first: { by: 'precision', atLeast: 0.9 } },
};

/** How the threshold of two classes is chosen, with the numbers that the way needs. */
export function ThresholdFields({ threshold, onChange, fault }: Props) {
  const number = (label: string, value: number, set: (value: number) => ThresholdChoice, step: number) => (
    <NumberInput
      label={label}
      value={value}
      min={0}
      step={step}
      onChange={(next) => onChange(set(Number(next)))}
      maw={360}
    />
  );
  return (
    <>
      <Select
        label="Threshold"
        description="With two classes: from which probability on the positive one is answered; chosen on validation rows"
        data={Object.entries(ways).map(([value, { label }]) => ({ value, label }))}
        value={threshold.by}
        onChange={(by) => {
          const way = Object.values(ways).find(({ first }) => first.by === by);
          if (way) onChange(way.first);
        }}
        allowDeselect={false}
        error={fault}
        maw={360}
      />
      {threshold.by === 'fixed'
        ? number('Answered from', threshold.at, (at) => ({ by: 'fixed', at }), 0.05)
        : null}
      {threshold.by === 'cost' ? (
        <>
          {number(
            'A false alarm costs',
            threshold.costs.falsePositive,
            (falsePositive) => ({ by: 'cost', costs: { ...threshold.costs, falsePositive } }),
            1,
          )}
          {number(
            'A miss costs',
            threshold.costs.falseNegative,
            (falseNegative) => ({ by: 'cost', costs: { ...threshold.costs, falseNegative } }),
            1,
          )}
        </>
      ) : null}
      {threshold.by === 'recall' || threshold.by === 'precision'
        ? number('At least', threshold.atLeast, (atLeast) => ({ ...threshold, atLeast }), 0.05)
        : null}
    </>
  );
}
