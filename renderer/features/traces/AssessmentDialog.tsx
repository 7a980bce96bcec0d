import { Button, Group, Modal, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Assessment, Trace } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';

type Props = {
  trace: Trace;
  /** null: a new one. */
  assessment: Assessment | null;
  onClose: () => void;
};

/** Text as a person types it becomes the value that is meant: yes and no, numbers, JSON, else the text. */
export function valueOfText(text: string): unknown {
  const trimmed = text.trim();
  if (/^(yes|true)$/i.test(trimmed)) return true;
  if (/^(no|false)$/i.test(trimmed)) return false;
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return trimmed;
  }
}

/** Says something of a trace, or changes what was said. */
export function AssessmentDialog({ trace, assessment, onClose }: Props) {
  const cache = useQueryClient();
  const [kind, setKind] = useState(assessment?.kind ?? 'feedback');
  const [name, setName] = useState(assessment?.name ?? 'correct');
  const [value, setValue] = useState(
    assessment === null
      ? 'true'
      : typeof assessment.value === 'string'
        ? assessment.value
        : JSON.stringify(assessment.value),
  );
  const [rationale, setRationale] = useState(assessment?.rationale ?? '');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setError(null);
    const body = {
      name: name.trim(),
      value: valueOfText(value),
      rationale: rationale.trim() === '' ? null : rationale.trim(),
    };
    const params = { traceId: trace.id };
    try {
      if (assessment === null) {
        await client.traces.assess({
          params,
          body: { ...body, kind: kind === 'expectation' ? 'expectation' : 'feedback' },
        });
      } else {
        await client.traces.updateAssessment({ params: { ...params, assessmentId: assessment.id }, body });
      }
      await cache.invalidateQueries({ queryKey: keys.item('traces', trace.id) });
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={assessment === null ? 'Add feedback' : `Change ${assessment.name}`}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {assessment === null ? (
          <SegmentedControl
            aria-label="What it is"
            data={[
              { value: 'feedback', label: 'Feedback' },
              { value: 'expectation', label: 'Expectation' },
            ]}
            value={kind}
            onChange={(chosen) => setKind(chosen === 'expectation' ? 'expectation' : 'feedback')}
            mb="sm"
          />
        ) : null}
        <TextInput
          label="Name"
          description="What is judged: correct, relevance, expected_response …"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
          mb="sm"
        />
        <TextInput
          label="Value"
          description="true or false, a number, a word, or JSON."
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          required
          mb="sm"
        />
        <Textarea
          label="Why"
          autosize
          minRows={2}
          maxRows={8}
          value={rationale}
          onChange={(event) => setRationale(event.currentTarget.value)}
        />
        <ErrorNote error={error} />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
