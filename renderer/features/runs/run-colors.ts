import { runMarks, type Tags } from '../../../local-api/contract/index.ts';
import { type Scheme, seriesStyle } from '../../charts/palette.ts';

const CHOICES = 8;

/** The colours that are offered for runs, as they are kept in the tag: those of charts in the light theme. */
export const colorChoices: readonly string[] = Array.from(
  { length: CHOICES },
  (_, index) => seriesStyle(index, 'light').colour,
);

/**
 * The colour that a person gave a run, as it is drawn in a theme; null when none was given. A colour of `colorChoices` has a
 * sister in the dark theme that stands out as well.
 */
export function chosenColor(run: { tags?: Tags | undefined }, scheme: Scheme): string | null {
  const kept = run.tags?.[runMarks.color]?.toLowerCase();
  if (kept === undefined || !/^#[0-9a-f]{6}$/.test(kept)) return null;
  const index = colorChoices.indexOf(kept);
  return index === -1 ? kept : seriesStyle(index, scheme).colour;
}

/** The colour of a run in a chart: its own, else the one of its place among the others. */
export function runColor(run: { tags?: Tags | undefined }, place: number, scheme: Scheme): string {
  return chosenColor(run, scheme) ?? seriesStyle(place, scheme).colour;
}
