import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import type { TargetFinding } from '../../local-api/contract/index.ts';
import classes from './CheckFindings.module.css';

const looks = {
  ok: { icon: IconCheck, word: 'Well' },
  warning: { icon: IconAlertTriangle, word: 'Mind' },
  error: { icon: IconX, word: 'Wrong' },
};

/** What a check of a target or connection found, step by step, and what to do about it. */
export function CheckFindings({ findings }: { findings: readonly TargetFinding[] }) {
  return (
    <ul className={classes.findings}>
      {findings.map(({ check, level, message, fix }) => {
        const { icon: Icon, word } = looks[level];
        return (
          <li key={`${check} ${message}`} data-level={level}>
            <Icon size={16} aria-label={word} />
            <div>
              <span className={classes.finding}>{message}</span>
              {fix === null ? null : <p className={classes.fix}>{fix}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
