import { ColorSwatch, Group, Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { runMarks } from '../../../../local-api/contract/index.ts';
import { useScheme } from '../../../charts/palette.ts';
import { chosenColor, colorChoices } from '../run-colors.ts';
import classes from './RunsTable.module.css';

type Props = {
  current: string | null;
  /** Within a menu the colours are items of it. */
  isMenu?: boolean;
  onChoose: (color: string | null) => void;
};

const names = ['blue', 'orange', 'green', 'pink', 'ochre', 'sky', 'violet', 'grey'];

/** A row of colours for runs, and one that takes the colour off. */
export function ColorChoice({ current, isMenu = false, onChoose }: Props) {
  const scheme = useScheme();
  const choice = (label: string, color: string | null, drawn: ReactNode) =>
    isMenu ? (
      <Menu.Item key={label} aria-label={label} className={classes.swatch} onClick={() => onChoose(color)}>
        {drawn}
      </Menu.Item>
    ) : (
      <UnstyledButton
        key={label}
        aria-label={label}
        aria-pressed={color === current}
        className={classes.swatch}
        onClick={() => onChoose(color)}
      >
        {drawn}
      </UnstyledButton>
    );
  return (
    <Group gap={2} wrap="nowrap" role="group" aria-label="Colour" className={classes.colors}>
      {colorChoices.map((color, index) =>
        choice(
          `Colour ${names[index] ?? color}`,
          color,
          <ColorSwatch
            component="span"
            size={16}
            withShadow={false}
            color={chosenColor({ tags: { [runMarks.color]: color } }, scheme) ?? color}
          >
            {color === current ? <IconCheck size={12} color="var(--a-surface)" aria-hidden="true" /> : null}
          </ColorSwatch>,
        ),
      )}
      {choice('No colour', null, <IconX size={14} aria-hidden="true" />)}
    </Group>
  );
}
