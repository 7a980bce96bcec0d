import { Button } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconChartLine, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { formatPlural } from '../../app/format.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import classes from './CurvesView.module.css';
import { CurveBatch } from './curves/CurveBatch.tsx';
import { CurveControls } from './curves/CurveControls.tsx';
import { CurveLegend } from './curves/CurveLegend.tsx';
import type { CurvesGroup, CurvesRun } from './curves/curve-lines.ts';
import { type CardGroup, type CardSection, PINNED, sectionsOf } from './curves/curve-sections.ts';
import { type CurveSettings, toggled, usualCurveSettings } from './curves/curve-settings.ts';
import { groupCurves } from './curves.ts';

type Props = {
  runs: readonly CurvesRun[];
  /** Draws each group of runs as a mean with a band instead of the runs. */
  groups?: readonly CurvesGroup[] | undefined;
  /** Metrics with a history in any of the runs. */
  metricKeys: readonly string[];
  /** How they are drawn; kept in this browser when left out. */
  settings?: CurveSettings;
  onSettings?: (change: Partial<CurveSettings>) => void;
  onPick?: (runId: string) => void;
};

const CARDS_A_REQUEST = 12;
const CARDS_AT_ONCE = 24;

/**
 * The learning curves of one or several runs, a chart a metric, with a common cursor and zoom, live while runs go on.
 * Of one run, training and validation of a metric share a chart; of several runs each chart has a line a run or a group.
 */
export function CurvesView(props: Props) {
  const { runs, groups, metricKeys } = props;
  const [kept, setKept] = useLocalStorage<CurveSettings>({
    key: 'assay.curve-settings',
    defaultValue: usualCurveSettings,
    getInitialValueInEffect: false,
  });
  const [highlightId, setHighlight] = useState<string>();
  const settings = props.settings ?? kept;
  const given = props.onSettings;
  const onSettings = useCallback(
    (change: Partial<CurveSettings>) => (given ? given(change) : setKept((now) => ({ ...now, ...change }))),
    [given, setKept],
  );
  const onHighlight = useCallback((id: string | null) => setHighlight(id ?? undefined), []);
  const isOne = runs.length === 1;
  const { find, pinned } = settings;
  const sections = useMemo(() => {
    const found = metricKeys.filter((key) => key.toLowerCase().includes(find.trim().toLowerCase()));
    const cards: CardGroup[] = isOne ? groupCurves(found) : found.map((key) => ({ title: key, keys: [key] }));
    return sectionsOf(cards, pinned);
  }, [metricKeys, find, isOne, pinned]);
  if (metricKeys.length === 0) {
    return (
      <EmptyState icon={IconChartLine} title="No curves yet">
        Metrics that are logged more than once appear here, live while the run goes on.
      </EmptyState>
    );
  }
  const entries = groups
    ? groups.map((group) => ({ ...group, note: formatPlural(group.runIds.length, 'run') }))
    : runs;
  return (
    <>
      <CurveControls
        settings={settings}
        onSettings={onSettings}
        metricKeys={metricKeys}
        isGrouped={groups !== undefined}
      />
      {isOne ? null : (
        <CurveLegend
          entries={entries}
          hidden={settings.hidden}
          highlightId={highlightId}
          onToggle={(id) => onSettings({ hidden: toggled(settings.hidden, id) })}
          onHighlight={onHighlight}
        />
      )}
      {sections.length === 0 ? <p className="a-dim">No metric is named like this.</p> : null}
      {sections.map((section) => (
        <Section
          key={section.name}
          section={section}
          isAlone={sections.length === 1 && section.name !== PINNED}
          {...{ runs, groups, settings, onSettings, highlightId, onHighlight }}
          onPick={props.onPick}
        />
      ))}
    </>
  );
}

type SectionProps = {
  section: CardSection;
  isAlone: boolean;
  runs: readonly CurvesRun[];
  groups: readonly CurvesGroup[] | undefined;
  settings: CurveSettings;
  onSettings: (change: Partial<CurveSettings>) => void;
  highlightId: string | undefined;
  onHighlight: (id: string | null) => void;
  onPick: ((runId: string) => void) | undefined;
};

function Section({ section, isAlone, ...rest }: SectionProps) {
  const [limit, setLimit] = useState(CARDS_AT_ONCE);
  const { settings, onSettings } = rest;
  const { name, cards } = section;
  // A search shows what it finds, folded or not.
  const isFolded = !isAlone && settings.find.trim() === '' && settings.folded.includes(name);
  const batches = useMemo(() => {
    const shown = cards.slice(0, limit);
    return Array.from({ length: Math.ceil(shown.length / CARDS_A_REQUEST) }, (_, index) =>
      shown.slice(index * CARDS_A_REQUEST, (index + 1) * CARDS_A_REQUEST),
    );
  }, [cards, limit]);
  const title = name === PINNED ? 'Pinned' : name === '' ? 'Metrics' : `${name}/`;
  return (
    <section className={classes.section} aria-label={title}>
      {isAlone ? null : (
        <h2 className={classes.sectionHead}>
          <button
            type="button"
            aria-expanded={!isFolded}
            onClick={() => onSettings({ folded: toggled(settings.folded, name) })}
          >
            {isFolded ? <IconChevronRight size={14} /> : <IconChevronDown size={14} />}
            {title} <span className="a-dim">{cards.length}</span>
          </button>
        </h2>
      )}
      {isFolded
        ? null
        : batches.map((batch) => (
            <CurveBatch
              key={batch[0]?.title}
              cards={batch}
              isOnly={isAlone && cards.length === 1}
              {...rest}
            />
          ))}
      {!isFolded && cards.length > limit ? (
        <Button variant="default" onClick={() => setLimit(limit + CARDS_AT_ONCE)}>
          Show {Math.min(CARDS_AT_ONCE, cards.length - limit)} more of {cards.length - limit}
        </Button>
      ) : null}
    </section>
  );
}
