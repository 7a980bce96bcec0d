import { Autocomplete, Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelVersion, PredictResponse, Signature } from '../../../local-api/contract/index.ts';
import { client, toFault } from '../../app/api.ts';
import { formatNumber, formatPercent } from '../../app/format.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
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
  type Snippet,
  snippets,
} from './try-it.ts';

/** A form made of the signature: fill in a row, see the answer, take the call away as code. */
export function TryIt({ version, signature }: { version: ModelVersion; signature: Signature }) {
  const [example, setExample] = useState(0);
  const [texts, setTexts] = useState<FieldTexts>(() => exampleTexts(signature));
  const [wasSent, setSent] = useState(false);
  const exact = `${version.model}/${version.version}`;
  const [alias] = championFirst(version.aliases);
  const { row, faults } = readRow(signature, texts);
  const predict = useMutation({
    mutationFn: () => client.predictions.predict({ body: { model: exact, rows: [row] } }),
  });
  const serverFaults = Object.fromEntries(
    toFault(predict.error).problems.flatMap((problem) => {
      const input = inputOfProblem(signature, problem.path);
      return input === null ? [] : [[input, problem.message]];
    }),
  );
  const change = (name: string, text: string) => {
    setTexts((old) => ({ ...old, [name]: text }));
    if (predict.error) predict.reset();
  };
  const send = () => {
    setSent(true);
    if (Object.keys(faults).length === 0) predict.mutate();
  };
  const nextExample = () => {
    const next = (example + 1) % exampleCount(signature);
    setExample(next);
    setTexts(exampleTexts(signature, next));
    setSent(false);
    predict.reset();
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
              text={texts[input.name] ?? ''}
              fault={(wasSent ? faults[input.name] : undefined) ?? serverFaults[input.name]}
              onChange={(text) => change(input.name, text)}
            />
          ))}
        </div>
        <div className={classes.formActions}>
          <Button type="submit" loading={predict.isPending} leftSection={<IconPlayerPlay size={15} />}>
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
        <Answer answer={predict.data} version={version.version} target={signature.target} />
        <Snippets
          all={snippets(
            window.location.origin,
            alias === undefined ? exact : `${version.model}@${alias}`,
            row,
          )}
        />
      </div>
    </div>
  );
}

type FieldProps = {
  input: SignatureInput;
  text: string;
  fault: string | undefined;
  onChange: (text: string) => void;
};

function Field({ input, text, fault, onChange }: FieldProps) {
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
  return (
    <TextInput
      {...common}
      value={text}
      inputMode={isNumber ? 'decimal' : 'text'}
      placeholder={isNumber ? undefined : '2001-03-01T12:30:00Z'}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
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

function Snippets({ all }: { all: readonly Snippet[] }) {
  const [shown, setShown] = useState<string>('curl');
  const snippet = all.find((candidate) => candidate.id === shown);
  return (
    <div className={classes.snippets}>
      <SegmentedControl
        value={shown}
        onChange={setShown}
        data={all.map(({ id, label }) => ({ value: id, label }))}
        aria-label="The same call as code"
        mb="xs"
      />
      {snippet ? (
        <CodeBlock code={snippet.code} label={`This prediction in ${snippet.label}`} maxHeight={300} />
      ) : null}
      <p className={classes.footnote}>The token is in the file “token” of the workspace folder.</p>
    </div>
  );
}
