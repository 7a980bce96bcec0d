import type { DriftReport, DriftSections } from '../../../../local-api/contract/index.ts';
import { formatCount } from '../../../app/format.ts';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { sectionId, sectionTitles, sectionVerdicts } from './section-words.ts';
import classes from './sections.module.css';

/** What each part of a report found, as links to the parts. */
export function SectionStrip({ report }: { report: DriftReport & { sections: DriftSections } }) {
  const { driftedColumns, totalColumns } = report;
  return (
    <nav aria-label="Parts of the report" className={classes.strip}>
      <a className={classes.card} href={`#${sectionId('columns')}`}>
        <span>Columns</span>
        <ToneBadge tone={driftedColumns > 0 ? 'warn' : 'good'}>
          {driftedColumns > 0
            ? `${formatCount(driftedColumns)} of ${formatCount(totalColumns)} drifted`
            : 'as before'}
        </ToneBadge>
      </a>
      {sectionVerdicts(report.sections).map(({ name, word, tone, finding }) => (
        <a key={name} className={classes.card} href={`#${sectionId(name)}`} title={finding}>
          <span>{sectionTitles[name]}</span>
          <ToneBadge tone={tone}>{word}</ToneBadge>
        </a>
      ))}
    </nav>
  );
}
