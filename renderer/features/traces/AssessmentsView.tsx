import { Button } from '@mantine/core';
import { IconMessagePlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Assessment, Trace } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { toastFault, toastWithUndo } from '../../components/toasts.tsx';
import { AssessmentDialog } from './AssessmentDialog.tsx';
import classes from './traces.module.css';

/** What people, judges and programs say of a trace; people can add, change and take back. */
export function AssessmentsView({ trace }: { trace: Trace }) {
  const [edited, setEdited] = useState<Assessment | 'new' | null>(null);
  const add = (
    <Button leftSection={<IconMessagePlus size={15} />} onClick={() => setEdited('new')}>
      Add feedback
    </Button>
  );
  return (
    <div className={classes.list}>
      {trace.assessments.length === 0 ? (
        <EmptyState title="Nothing is said of this trace yet" action={add}>
          Say whether the answer was right, or what it should have been; scorers of MLflow write here too.
        </EmptyState>
      ) : (
        <Panel title="Feedback and expectations" aside={add}>
          {trace.assessments.map((assessment) => (
            <One key={assessment.id} assessment={assessment} onEdit={() => setEdited(assessment)} />
          ))}
        </Panel>
      )}
      {edited === null ? null : (
        <AssessmentDialog
          trace={trace}
          assessment={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </div>
  );
}

function One({ assessment, onEdit }: { assessment: Assessment; onEdit: () => void }) {
  const cache = useQueryClient();
  const { traceId, id, name, kind, value, rationale, error, source, spanId } = assessment;
  const refresh = () => cache.invalidateQueries({ queryKey: keys.item('traces', traceId) });
  const remove = async () => {
    try {
      await client.traces.deleteAssessment({ params: { traceId, assessmentId: id } });
      await refresh();
      toastWithUndo(`Took back ${name}`, async () => {
        await client.traces.assess({
          params: { traceId },
          body: {
            name,
            kind: kind === 'expectation' ? 'expectation' : 'feedback',
            value,
            rationale,
            spanId,
            metadata: assessment.metadata,
            source: { type: sourceType(source.type), id: source.id },
          },
        });
        await refresh();
      });
    } catch (thrown) {
      toastFault(thrown);
    }
  };
  return (
    <article className={classes.assessment} data-invalid={!assessment.valid || undefined} aria-label={name}>
      <div className={classes.assessmentText}>
        <strong>{name}</strong> <ToneBadge tone={kind === 'feedback' ? 'info' : 'idle'}>{kind}</ToneBadge>{' '}
        <code className="a-mono">{error === null ? JSON.stringify(value) : `failed: ${error.code}`}</code>
        {assessment.valid ? null : <span className="a-hidden"> (replaced)</span>}
        {rationale === null || rationale === '' ? null : <p>{rationale}</p>}
        {error?.message === undefined ? null : <p>{error.message}</p>}
        <p className="a-dim">
          {source.type.toLowerCase().replace('_', ' ')}
          {source.id === '' ? '' : ` ${source.id}`}, <RelativeTime timeMs={assessment.updatedAtMs} />
          {spanId === null ? null : (
            <>
              {' '}
              · <AppLink href={paths.trace(traceId, { span: spanId })}>of one span</AppLink>
            </>
          )}
        </p>
      </div>
      <div>
        <Button variant="subtle" onClick={onEdit} aria-label={`Edit ${name}`}>
          Edit
        </Button>
        <Button variant="subtle" onClick={() => void remove()} aria-label={`Take back ${name}`}>
          Take back
        </Button>
      </div>
    </article>
  );
}

function sourceType(type: string): 'HUMAN' | 'LLM_JUDGE' | 'CODE' {
  return type === 'LLM_JUDGE' || type === 'CODE' ? type : 'HUMAN';
}
