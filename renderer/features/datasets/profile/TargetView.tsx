import type { TargetProfile } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent } from '../../../app/format.ts';
import { CategoryBars } from '../../../charts/CategoryBars.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { FindingList } from './Findings.tsx';
import type { ProfileSearch } from './ProfileView.tsx';
import classes from './profile.module.css';

const MOST_BARS = 20;

const measureNames = {
  spearman: 'Spearman',
  'cramers-v': 'Cramér’s V',
  'correlation-ratio': 'correlation ratio',
};

type Props = { target: TargetProfile; onSearch: (change: ProfileSearch) => void };

/** What is to be predicted: what may go wrong with it, its classes, and how much each column tells of it. */
export function TargetView({ target, onSearch }: Props) {
  const told = target.relations.filter(({ information }) => information !== null).slice(0, MOST_BARS);
  return (
    <>
      <Panel title={`What to mind about ${target.column}`}>
        <FindingList findings={target.findings} onSearch={onSearch} />
      </Panel>
      <div className={classes.two}>
        <Panel>
          {told.length > 0 ? (
            <CategoryBars
              title={`Share of what there is to know about ${target.column}, by column alone`}
              labels={told.map(({ name }) => name)}
              series={[{ label: 'Share', values: told.map(({ information }) => information ?? 0) }]}
              valueLabel="Share"
              format={(value) => formatPercent(value)}
            />
          ) : null}
          <PlainTable
            label={`Columns and ${target.column}`}
            isInset
            columns={[
              {
                name: 'Column',
                namesRow: true,
                cell: ({ name }) => (
                  <button
                    type="button"
                    className={classes.link}
                    onClick={() => onSearch({ view: 'pairs', x: name, y: target.column })}
                  >
                    {name}
                  </button>
                ),
              },
              {
                name: 'Tells of it',
                hint: 'Mutual information over the entropy of the target; numbers are cut into ten parts',
                cell: ({ information }) => formatPercent(information),
                isNumber: true,
              },
              { name: 'Measure', cell: ({ measure }) => measureNames[measure] },
              { name: 'Value', cell: ({ value }) => formatNumber(value, 3), isNumber: true },
            ]}
            rows={target.relations}
            keyOf={({ name }) => name}
          />
        </Panel>
        {target.classes.length > 0 ? (
          <Panel>
            <CategoryBars
              title={`Classes of ${target.column}`}
              labels={target.classes.slice(0, MOST_BARS).map(({ value }) => String(value))}
              series={[
                { label: 'Rows', values: target.classes.slice(0, MOST_BARS).map(({ count }) => count) },
              ]}
              valueLabel="Rows"
              format={formatCount}
            />
          </Panel>
        ) : null}
      </div>
    </>
  );
}
