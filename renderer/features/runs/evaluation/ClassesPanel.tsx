import type { ClassFigures } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, NO_VALUE } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import plain from '../../../components/plain-table.module.css';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';

const names = ['precision', 'recall', 'f1', 'auc', 'average_precision'] as const;

/** Figures of each class against the rest. */
export function ClassesPanel({ figures }: { figures: readonly ClassFigures[] }) {
  return (
    <Panel title="Class by class" padding="none">
      <ScrollRegion label="Figures of the classes" className={plain.scroll}>
        <table className={plain.table}>
          <thead>
            <tr>
              <th scope="col">class</th>
              {['rows', 'answered', ...names].map((name) => (
                <th key={name} scope="col" className={plain.right}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {figures.map(({ name, rows, answered, metrics }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className={plain.right}>{formatCount(rows)}</td>
                <td className={plain.right}>{formatCount(answered)}</td>
                {names.map((metric) => (
                  <td key={metric} className={plain.right}>
                    {metrics[metric] === undefined ? NO_VALUE : formatNumber(metrics[metric], 3)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}
