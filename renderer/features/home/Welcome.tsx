import { Button } from '@mantine/core';
import { IconPlayerPlay, IconUpload } from '@tabler/icons-react';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import classes from './home.module.css';

type Props = { onStart: () => void; isStarting: boolean; error: unknown };

const steps = [
  { title: 'Import', text: 'two windows of real US flights, profiled' },
  { title: 'Train', text: 'four kinds of model to predict late arrivals' },
  { title: 'Register', text: 'the best as version 1.0.0, the champion' },
  { title: 'Predict', text: '1,000 rows through the endpoint, checked' },
  { title: 'Watch', text: 'whether newer flights still look the same' },
  { title: 'Export', text: 'a folder with the model that runs anywhere' },
];

/** The first page of a new workspace: what this is, and one button that shows all of it on real data. */
export function Welcome({ onStart, isStarting, error }: Props) {
  return (
    <section className={classes.welcome} aria-labelledby="welcome">
      <div className={classes.welcomeText}>
        <h2 id="welcome">From raw data to a model you can trust, on this machine</h2>
        <p>
          Assay imports data, trains and compares models, checks drift, serves and exports. Nothing leaves
          this machine. See the whole loop once on three million flights that come along; it takes about a
          minute.
        </p>
        <div className={classes.welcomeActions}>
          <Button size="md" leftSection={<IconPlayerPlay size={17} />} loading={isStarting} onClick={onStart}>
            Run the sample loop
          </Button>
          <ButtonLink
            size="md"
            variant="default"
            href={paths.importDataset()}
            leftSection={<IconUpload size={17} />}
          >
            Import your own data
          </ButtonLink>
        </div>
        <ErrorNote error={error} />
      </div>
      <ol className={classes.plan}>
        {steps.map((step) => (
          <li key={step.title}>
            <strong>{step.title}</strong> <span>{step.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
