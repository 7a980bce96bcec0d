import { Autocomplete, Button, Select, Slider, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type {
  Cell,
  ModelVersion,
  PredictResponse,
  RowExplanations,
  Signature,
} from '../../../local-api/contract/index.ts';
import { client, toFault } from '../../app/api.ts';
import { formatNumber, formatPercent } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { RowAnswer } from '../explanations/index.ts';
import { Snippets, sliderRange, type UsualRange, usualRanges } from '../model-landing/index.ts';
import { championFirst } from './AliasBadges.tsx';
import classes from './models.module.css';
import {
  classShares,
  exampleCount,
  exampleTexts,
  type FieldTexts,
  inputOfProblem,
  readRow,
  type SignatureInput,
} from './try-it.ts';

type Row = Record<string, Cell>;

/** A slider that moves asks no oftener than this. */
const pauseMs = 60;

/**
 * A form made of the signature: fill in a row, see the answer and what moves it, take the call away as code. After the
 * first answer, every change is answered at once.
 */
export function TryIt({ version, signature }: { version: ModelVersion; signature: Signature }) {
  const [example, setExample] = useState(0);
  const [texts, setTexts] = useState<FieldTexts>(() => exampleTexts(signature));
  const [wasSent, setSent] = useState(false);
  const [answered, setAnswered] = useState<PredictResponse | null>(null);
  const [explained, setExplained] = useState<RowExplanations | null>(null);
  const exact = `${version.model}/${version.version}`;
  const [alias] = championFirst(version.aliases);
  const { row, faults } = readRow(signature, texts);
  const usual = useUsualRanges(version, signature);
  const predict = useMutation({
    mutationFn: (asked: Row) => client.predictions.predict({ body: { model: exact, rows: [asked] } }),
  });
  const explaining = useRef(new AbortController());
  const explain = useMutation({
    mutationFn: (asked: Row) => {
      // The engine need not finish what a later row has made useless.
      explaining.current.abort();
      explaining.current = new AbortController();
      const { signal } = explaining.current;
      return client.explanations.rows({ body: { model: exact, rows: [asked] }, signal });
    },
  });
  // The callback of the last call only: an answer that comes late must not take the place of a newer one.
  const ask = (asked: Row) => {
    predict.mutate(asked, { onSuccess: setAnswered });
    explain.mutate(asked, { onSuccess: setExplained });
  };
  const askSoon = useDebouncedCallback(ask, pauseMs);
  const serverFaults = Object.fromEntries(
    toFault(predict.error).problems.flatMap((problem) => {
      const input = inputOfProblem(signature, problem.path);
      return input === null ? [] : [[input, problem.message]];
    }),
  );
  const change = (name: string, text: string) => {
    const changed = { ...texts, [name]: text };
    setTexts(changed);
    if (predict.error) predict.reset();
    const read = readRow(signature, changed);
    if (answered !== null && Object.keys(read.faults).length === 0) askSoon(read.row);
  };
  const send = () => {
    setSent(true);
    if (Object.keys(faults).length === 0) ask(row);
  };
  const nextExample = () => {
    const next = (example + 1) % exampleCount(signature);
    setExample(next);
    setTexts(exampleTexts(signature, next));
    setSent(false);
    setAnswered(null);
    setExplained(null);
    predict.reset();
    explain.reset();
  };
  const hasPlacedFaults = Object.keys(serverFaults).length > 0;
  return (
    <div className={classes.tryIt}>
      <form
        aria-label="Row to predict"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <div className={classes.fields}>
          {signature.inputs.map((input) => (
            <Field
              key={input.name}
              input={input}
              usual={usual[input.name] ?? null}
              text={texts[input.name] ?? ''}
              fault={(wasSent ? faults[input.name] : undefined) ?? serverFaults[input.name]}
              onChange={(text) => change(input.name, text)}
            />
          ))}
        </div>
        <div className={classes.formActions}>
          <Button
            type="submit"
            loading={predict.isPending && answered === null}
            leftSection={<IconPlayerPlay size={15} />}
          >
            Predict
          </Button>
          {exampleCount(signature) > 1 ? (
            <Button variant="default" onClick={nextExample}>
              Next example
            </Button>
          ) : null}
        </div>
        {predict.error && !hasPlacedFaults ? <ErrorNote error={predict.error} /> : null}
      </form>
      <div>
        <Answer answer={answered ?? undefined} version={version.version} target={signature.target} />
        {answered === null || explained === null ? null : (
          <RowAnswer explained={explained} target={signature.target} />
        )}
        {answered !== null && predict.error === null ? <ErrorNote error={explain.error} /> : null}
        <Snippets
          prediction={{
            origin: window.location.origin,
            model: alias === undefined ? exact : `${version.model}@${alias}`,
            signature,
            row,
          }}
        />
      </div>
    </div>
  );
}

/** From the profile of the training data, where it is still there. */
function useUsualRanges(
  { datasetVersionId }: ModelVersion,
  signature: Signature,
): Record<string, UsualRange> {
  const profile = useQuery({
    queryKey: keys.part('dataset-versions', datasetVersionId ?? '', 'profile'),
    queryFn: ({ signal }) =>
      client.datasetProfiles.get({ params: { versionId: datasetVersionId ?? '' }, signal }),
    enabled: datasetVersionId !== null,
  });
  return usualRanges(signature, profile.data ?? null);
}

type FieldProps = {
  input: SignatureInput;
  usual: UsualRange;
  text: string;
  fault: string | undefined;
  onChange: (text: string) => void;
};

function Field({ input, usual, text, fault, onChange }: FieldProps) {
  const common = {
    label: input.name,
    description: `${input.type}${input.nullable ? ', may be empty' : ''}`,
    error: fault,
  };
  if (input.type === 'boolean') {
    return (
      <Select
        {...common}
        data={['true', 'false']}
        value={text === '' ? null : text}
        onChange={(value) => onChange(value ?? '')}
        clearable={input.nullable}
      />
    );
  }
  if (input.type === 'string') {
    const known = [...new Set(input.examples.filter((example) => example !== null).map(String))];
    return (
      <Autocomplete
        {...common}
        data={known}
        value={text}
        onChange={onChange}
        filter={({ options }) => options}
      />
    );
  }
  const isNumber = input.type === 'integer' || input.type === 'float';
  const range = sliderRange(input, usual);
  return (
    <div>
      <TextInput
        {...common}
        value={text}
        inputMode={isNumber ? 'decimal' : 'text'}
        placeholder={isNumber ? undefined : '2001-03-01T12:30:00Z'}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {range === null ? null : (
        <Slider
          {...range}
          value={Number.isFinite(Number(text)) ? Number(text) : range.min}
          onChange={(value) => onChange(String(Number(value.toPrecision(6))))}
          thumbLabel={`What if: ${input.name}`}
          label={null}
          size="xs"
          mt={14}
        />
      )}
    </div>
  );
}

type AnswerProps = { answer: PredictResponse | undefined; version: string; target: string };

function Answer({ answer, version, target }: AnswerProps) {
  if (!answer) {
    return (
      <div className={classes.answer}>
        <div className={classes.answerLabel}>{target}</div>
        <p className="a-dim">Fill in a row and press Predict. The answer comes from version {version}.</p>
      </div>
    );
  }
  const label = answer.label?.[0];
  return (
    <div className={classes.answer} role="status" aria-label="Prediction">
      <div className={classes.answerLabel}>{target}</div>
      <div className={classes.answerValue}>{label ?? formatNumber(answer.value?.[0], 6)}</div>
      <ul className={classes.bars} aria-label="Probabilities">
        {classShares(answer).map(({ label: name, share }) => (
          <li key={name} className={classes.bar} data-chosen={name === label || undefined}>
            <span className="a-truncate" title={name}>
              {name}
            </span>
            <span className={classes.track} aria-hidden="true">
              <span className={classes.fill} style={{ display: 'block', width: `${share * 100}%` }} />
            </span>
            <span className={classes.share}>{formatPercent(share)}</span>
          </li>
        ))}
      </ul>
      <p className={classes.footnote}>
        {answer.model} {answer.version} · {formatNumber(answer.milliseconds, 3)} ms in the model
      </p>
    </div>
  );
}
