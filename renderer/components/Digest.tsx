import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import classes from './Digest.module.css';

type Props = {
  value: string;
  /** Characters shown. A `sha256:` prefix is left out. */
  length?: number;
};

/** A digest or id, cut short; the whole of it is copied on a click. */
export function Digest({ value, length = 10 }: Props) {
  const shown = value.replace(/^sha256:/, '').slice(0, length);
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `${value} – click to copy`} multiline maw={420}>
          <UnstyledButton
            className={classes.digest}
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            {shown}
            <span className="a-hidden">, {copied ? 'copied' : 'copy'}</span>
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
