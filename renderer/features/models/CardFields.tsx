import { Button, Progress, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { CardField, type ModelCard, type ModelVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPercent } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';
import classes from './models.module.css';

const labels: Record<CardField, { label: string; help: string }> = {
  licence: { label: 'Licence', help: 'Under which terms it may be used.' },
  intendedUse: { label: 'Intended use', help: 'Who should use it, for which decision.' },
  outOfScopeUse: { label: 'Out of scope', help: 'What it must not be used for.' },
  data: { label: 'Data', help: 'What it was trained on, and how that was gathered.' },
  evaluation: { label: 'Evaluation', help: 'How well it does, and for whom.' },
  limitations: { label: 'Limitations', help: 'Where it fails.' },
  ethics: { label: 'Ethical considerations', help: 'Whom it may harm, and what was done about it.' },
  citation: { label: 'Citation', help: 'How to refer to it.' },
  contact: { label: 'Contact', help: 'Whom to ask.' },
};

/** The fields of a model card as a form, with how much of it is filled in. */
export function CardFields({ version }: { version: ModelVersion }) {
  const params = { model: version.model, version: version.version };
  const card = useQuery({
    queryKey: keys.part('models', version.model, 'card', version.version),
    queryFn: ({ signal }) => client.modelCards.get({ params, signal }),
  });
  return <QueryView query={card}>{(data) => <CardForm key={version.version} card={data} />}</QueryView>;
}

function CardForm({ card }: { card: ModelCard }) {
  const cache = useQueryClient();
  const [changed, setChanged] = useState<Partial<Record<CardField, string>>>({});
  const [isBusy, setBusy] = useState(false);
  const { model, version } = card;
  const save = async () => {
    setBusy(true);
    try {
      const saved = await client.modelCards.update({ params: { model, version }, body: { fields: changed } });
      cache.setQueryData(keys.part('models', model, 'card', version), saved);
      setChanged({});
      toast({ title: `The card of ${model} ${version} is saved`, tone: 'good' });
    } catch (thrown) {
      toastFault(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Progress.Root size="sm" mt={4}>
        <Progress.Section value={100 * card.completeness} aria-label="Completeness of the card" />
      </Progress.Root>
      <p className={classes.cardShare}>{formatPercent(card.completeness, 0)} of the card is filled in.</p>
      <div className={classes.fields}>
        {CardField.options.map((field) => (
          <Textarea
            key={field}
            label={labels[field].label}
            description={
              card.generated.includes(field)
                ? `${labels[field].help} From the training until you write it.`
                : labels[field].help
            }
            value={changed[field] ?? card.fields[field] ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setChanged((before) => ({ ...before, [field]: value }));
            }}
            autosize
            minRows={2}
            maxRows={10}
          />
        ))}
      </div>
      <div className={classes.formActions}>
        <Button type="submit" loading={isBusy} disabled={Object.keys(changed).length === 0}>
          Save the fields
        </Button>
      </div>
    </form>
  );
}
