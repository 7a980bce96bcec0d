import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { diffLines } from 'diff';
import { useState } from 'react';
import type { ObjectStep } from '../../../../local-api/contract/index.ts';
import { formatCount } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { QueryView } from '../../../components/QueryView.tsx';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import { readBytes, textOf } from '../artifacts/read-bytes.ts';
import classes from './Objects.module.css';
import { fileOf } from './object-queries.ts';

const MAX_BYTES = 512 * 1024;

type Props = { runId: string; step: ObjectStep; before: ObjectStep | undefined };

/** A text of one step, and what changed since the step before. */
export function TextSteps({ runId, step, before }: Props) {
  const [showsChanges, setShowsChanges] = useState(false);
  const text = useStepText(runId, step);
  const earlier = useStepText(runId, showsChanges ? before : undefined);
  const change = showsChanges && before && earlier.data !== undefined ? earlier.data : null;
  return (
    <>
      {before ? (
        <Switch
          checked={showsChanges}
          onChange={(event) => setShowsChanges(event.currentTarget.checked)}
          label={`Changes since step ${formatCount(before.step)}`}
        />
      ) : null}
      <QueryView query={text}>
        {(now) => (
          <ScrollRegion label={`Text of step ${step.step}`} className={classes.text}>
            {change === null ? <pre>{now}</pre> : <Changes before={change} now={now} />}
          </ScrollRegion>
        )}
      </QueryView>
    </>
  );
}

function Changes({ before, now }: { before: string; now: string }) {
  return (
    <pre>
      {diffLines(before, now, { maxEditLength: 20_000 })?.map((part, index) => {
        const Tag = part.added ? 'ins' : part.removed ? 'del' : 'span';
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity of their own.
          <Tag key={index}>
            {part.value
              .replace(/\n$/, '')
              .split('\n')
              .map((line) => `${part.added ? '+' : part.removed ? '-' : ' '} ${line}\n`)
              .join('')}
          </Tag>
        );
      }) ?? 'The two texts differ in too many places to show them line by line.'}
    </pre>
  );
}

function useStepText(runId: string, step: ObjectStep | undefined) {
  return useQuery({
    queryKey: keys.part('runs', runId, 'object-text', step?.path, step?.digest),
    queryFn: async ({ signal }) => {
      if (!step) return '';
      const bytes = await readBytes(fileOf(runId, step), 0, MAX_BYTES, signal);
      return textOf(bytes, step.sizeBytes > MAX_BYTES);
    },
    enabled: step !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
