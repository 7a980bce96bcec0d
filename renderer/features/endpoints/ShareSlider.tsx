import { Slider, Text } from '@mantine/core';
import { useId } from 'react';

type Props = {
  label: string;
  note?: string;
  value: number;
  min?: number;
  max?: number;
  onChange: (value: number) => void;
};

/** A share in percent. */
export function ShareSlider({ label, note, value, min = 1, max = 99, onChange }: Props) {
  const id = useId();
  return (
    <div>
      <Text size="sm" fw={500} id={id}>
        {label}
      </Text>
      <Slider
        min={min}
        max={max}
        label={null}
        value={value}
        onChange={onChange}
        thumbProps={{ 'aria-labelledby': id, 'aria-valuetext': `${value} %` }}
      />
      {note === undefined ? null : (
        <Text size="sm" c="dimmed" mt={6}>
          {note}
        </Text>
      )}
    </div>
  );
}
