import { Button } from '@mantine/core';
import { IconZoomCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Finding, VersionProfile } from '../../../../local-api/contract/index.ts';
import { formatCount, formatPlural } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import shared from '../dataset.module.css';
import type { ProfileSearch } from './ProfileView.tsx';
import classes from './profile.module.css';
import type { Analysis } from './profile-queries.ts';

const FIRST = 6;
const tones = { high: 'bad', medium: 'warn', info: 'info' } as const;

type Props = {
  profile: VersionProfile;
  analysis: Analysis;
  onSearch: (change: ProfileSearch) => void;
};

/** What to look at first, worst on top; before it was worked out, what the import saw and the button that looks closer. */
export function Findings({ profile, analysis, onSearch }: Props) {
  const { details, warnings } = profile;
  if (details !== null) {
    return (
      <Panel
        title="What to look at first"
        aside={
          details.sampledRows === null ? null : (
            <span className="a-dim">
              meanings, texts and relations from {formatCount(details.sampledRows)} rows taken evenly
            </span>
          )
        }
      >
        <FindingList findings={details.findings} onSearch={onSearch} />
      </Panel>
    );
  }
  return (
    <>
      {warnings.length > 0 ? (
        <p className={shared.warnings}>
          {warnings.map((warning) => (
            <ToneBadge key={warning} tone="warn">
              {warning}
            </ToneBadge>
          ))}
        </p>
      ) : null}
      {analysis.isAtWork ? null : (
        <div className={classes.offer}>
          <span>
            What the values mean, leaks and twins among the columns, gaps, texts, values missing together: not
            looked at yet.
          </span>
          <Button
            size="xs"
            leftSection={<IconZoomCheck size={15} />}
            onClick={analysis.start}
            loading={analysis.isAtWork}
          >
            Look closer
          </Button>
        </div>
      )}
    </>
  );
}

type ListProps = { findings: readonly Finding[]; onSearch: (change: ProfileSearch) => void };

/** Findings in lines: how bad, where, what, and what to do. The first six until all are asked for. */
export function FindingList({ findings, onSearch }: ListProps) {
  const [showsAll, setShowsAll] = useState(false);
  if (findings.length === 0) return <p className="a-dim">Nothing stands out.</p>;
  const shown = showsAll ? findings : findings.slice(0, FIRST);
  return (
    <>
      <ul className={classes.findings}>
        {shown.map((finding) => (
          <li key={`${finding.code} ${finding.column} ${finding.others.join()}`}>
            <ToneBadge tone={tones[finding.severity]}>{finding.severity}</ToneBadge>
            <span>
              {finding.column === null ? null : (
                <>
                  <button
                    type="button"
                    className={classes.link}
                    onClick={() => onSearch({ column: finding.column ?? undefined, view: undefined })}
                  >
                    {finding.column}
                  </button>{' '}
                </>
              )}
              {finding.message}
              <span className={classes.advice}>{finding.advice}</span>
            </span>
          </li>
        ))}
      </ul>
      {findings.length > FIRST ? (
        <Button size="compact-xs" variant="subtle" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show the first' : `Show all ${formatPlural(findings.length, 'finding')}`}
        </Button>
      ) : null}
    </>
  );
}
