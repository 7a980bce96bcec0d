import type { ClassFigures } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, NO_VALUE } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';

const names = ['precision', 'recall', 'f1', 'auc', 'average_precision'] as const;

/** Figures of each class against the rest. */
export function ClassesPanel({ figures }: { figures: readonly ClassFigures[] }) {
  return (
    <Panel title="Class by class" padding="none">
      <PlainTable
        label="Figures of the classes"
        rows={figures}
        keyOf={({ name }) => name}
        columns={[
          { name: 'class', cell: ({ name }) => name },
          { name: 'rows', isNumber: true, cell: ({ rows }) => formatCount(rows) },
          { name: 'answered', isNumber: true, cell: ({ answered }) => formatCount(answered) },
          ...names.map((name) => ({
            name,
            isNumber: true,
            cell: ({ metrics }: ClassFigures) =>
              metrics[name] === undefined ? NO_VALUE : formatNumber(metrics[name], 3),
          })),
        ]}
      />
    </Panel>
  );
}
