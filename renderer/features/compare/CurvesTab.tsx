import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { useScheme } from '../../charts/palette.ts';
import { CurvesView } from '../runs/CurvesView.tsx';
import { usualCurveSettings } from '../runs/curves/curve-settings.ts';
import { curveKeys } from '../runs/curves.ts';
import { chosenColor } from '../runs/run-colors.ts';
import { useTabSettings } from './compare-state.ts';
import { groupName, groupRuns } from './grouping.ts';

/** The curves of all runs, or of groups of them, in common pictures. */
export function CurvesTab({ runs, group }: { runs: readonly Run[]; group: string | undefined }) {
  const router = useRouter();
  const scheme = useScheme();
  const [settings, onSettings] = useTabSettings('curves', usualCurveSettings);
  // Points that arrive change the metrics of runs but not what is drawn of them: the same text, the same lists.
  const named = JSON.stringify(
    runs.map((run, index) => ({ id: run.id, label: run.name, colour: chosenColor(run, scheme) ?? index })),
  );
  const coloured = useMemo(
    (): { id: string; label: string; colour: number | string }[] => JSON.parse(named),
    [named],
  );
  const grouped = JSON.stringify(
    group === undefined
      ? null
      : groupRuns(runs, group).map(({ value, runs: members }, index) => ({
          id: `group ${value}`,
          label: groupName(group, value),
          colour: index,
          runIds: members.map((run) => run.id),
        })),
  );
  const groups = useMemo(() => JSON.parse(grouped) ?? undefined, [grouped]);
  const listed = [...new Set(runs.flatMap((run) => curveKeys(run.metrics)))].sort().join('\n');
  const metricKeys = useMemo(() => (listed === '' ? [] : listed.split('\n')), [listed]);
  return (
    <CurvesView
      runs={coloured}
      groups={groups}
      metricKeys={metricKeys}
      settings={settings}
      onSettings={onSettings}
      onPick={(runId) => router.history.push(paths.run(runId))}
    />
  );
}
