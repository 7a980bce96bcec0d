import { Button } from '@mantine/core';
import type { DriftSeries, DriftWindow } from '../../../../local-api/contract/index.ts';
import { useOpenPart } from './use-open-part.ts';

/** Opens the report of one part; makes it where there is none yet. */
export function OpenPart({ series, window }: { series: DriftSeries; window: DriftWindow }) {
  const { open, opening } = useOpenPart(series);
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      loading={opening === JSON.stringify(window)}
      onClick={() => open(window)}
    >
      Report of this part
    </Button>
  );
}
