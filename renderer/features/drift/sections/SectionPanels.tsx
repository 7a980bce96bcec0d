import type { DriftReport, DriftSections } from '../../../../local-api/contract/index.ts';
import { Panel } from '../../../components/Panel.tsx';
import { ColumnDetail } from '../ColumnDetail.tsx';
import { CausesPanel } from './CausesPanel.tsx';
import { MultivariatePanel, QualityPanel, TextPanel } from './DataPanels.tsx';
import { EmbeddingPanels } from './EmbeddingPanels.tsx';
import { ConceptPanel, EstimatePanel } from './PerformancePanels.tsx';
import { sectionId, sectionTitles, skippedSections } from './section-words.ts';
import classes from './sections.module.css';

type Props = { report: DriftReport & { sections: DriftSections } };

/** What stands above the columns: causes, and how good the model is. */
export function UpperSections({ report }: Props) {
  const { causes, estimate, concept } = report.sections;
  return (
    <>
      {causes.status === 'done' && causes.drifted ? <CausesPanel causes={causes} report={report} /> : null}
      {estimate.status === 'done' ? <EstimatePanel estimate={estimate} /> : null}
      {concept.status === 'done' ? <ConceptPanel concept={concept} /> : null}
    </>
  );
}

/** What stands below the columns: answers and truth, quality, all columns together, texts, and what could not be made. */
export function LowerSections({ report }: Props) {
  const { prediction, target, quality, multivariate, embedding, text } = report.sections;
  const skipped = skippedSections(report.sections);
  const answers = prediction.status === 'done' ? prediction.columns : [];
  return (
    <>
      {answers.length > 0 ? (
        <section id={sectionId('prediction')} className={classes.section}>
          <h2 className={classes.heading}>{sectionTitles.prediction}</h2>
          <div className={classes.pair}>
            {answers.map((column) => (
              <ColumnDetail key={column.name} column={column} report={report} />
            ))}
          </div>
        </section>
      ) : null}
      {target.status === 'done' ? (
        <section id={sectionId('target')} className={classes.section}>
          <h2 className={classes.heading}>{sectionTitles.target}</h2>
          <div className={classes.pair}>
            <ColumnDetail column={target.column} report={report} />
          </div>
        </section>
      ) : null}
      {quality.status === 'done' ? <QualityPanel quality={quality} /> : null}
      {embedding.status === 'done' ? <EmbeddingPanels embedding={embedding} report={report} /> : null}
      {multivariate.status === 'done' ? <MultivariatePanel multivariate={multivariate} /> : null}
      {text.status === 'done' ? <TextPanel text={text} /> : null}
      {skipped.length > 0 ? (
        <Panel title="What these windows cannot tell">
          <ul className={classes.skipped}>
            {skipped.map(({ name, title, reason }) => (
              <li key={name}>
                <strong>{title}</strong> <span className="a-dim">{reason}</span>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
    </>
  );
}
