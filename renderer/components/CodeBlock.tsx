import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './CodeBlock.module.css';
import { ScrollRegion } from './ScrollRegion.tsx';

type Props = {
  code: string;
  /** What it is, for the copy button and screen readers: "Recipe as JSON". */
  label: string;
  /** Scrolls beyond this many pixels. */
  maxHeight?: number;
};

/** Text to copy, in a fixed-width font. */
export function CodeBlock({ code, label, maxHeight = 420 }: Props) {
  return (
    <div className={classes.block}>
      <ScrollRegion label={label} className={classes.scroll} style={{ maxHeight }}>
        <pre className={classes.code}>{code}</pre>
      </ScrollRegion>
      <CopyButton value={code} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon
              className={classes.copy}
              onClick={copy}
              aria-label={`Copy: ${label}`}
              variant="default"
            >
              {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
