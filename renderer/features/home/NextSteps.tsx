import { IconArrowRight } from '@tabler/icons-react';
import type { WorkspaceInfo } from '../../../local-api/contract/index.ts';
import { AppLink } from '../../components/AppLink.tsx';
import classes from './home.module.css';
import { nextSteps } from './next-steps.ts';

/** Cards for what is worth doing next. */
export function NextSteps({ counts }: { counts: WorkspaceInfo['counts'] }) {
  const steps = nextSteps(counts);
  return (
    <section aria-label="What to do next" className={classes.cards}>
      {steps.map((step) => (
        <AppLink
          key={step.id}
          look="plain"
          href={step.href}
          className={classes.card}
          data-urgent={step.isUrgent}
        >
          <strong>{step.title}</strong>
          <span className="a-dim">{step.text}</span>
          <span className={classes.cardLink}>
            {step.label} <IconArrowRight size={14} aria-hidden="true" />
          </span>
        </AppLink>
      ))}
    </section>
  );
}
