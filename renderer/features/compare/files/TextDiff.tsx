import { useMemo } from 'react';
import { formatPlural } from '../../../app/format.ts';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import classes from './files.module.css';
import { type DiffPart, diffLines } from './text-diff.ts';

type Props = { before: string; after: string; label: string };

const AROUND = 3;
const signs: Record<DiffPart['kind'], string> = { same: ' ', removed: '−', added: '+' };

/** Two texts as one, with the lines that only one of them has marked; what is the same in both is cut short. */
export function TextDiff({ before, after, label }: Props) {
  const parts = useMemo(() => diffLines(before, after), [before, after]);
  if (parts.every((part) => part.kind === 'same')) return <p className="a-dim">Both are the same.</p>;
  return (
    <ScrollRegion label={label} className={classes.diff}>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity of their own.
        <Part key={index} part={part} isFirst={index === 0} isLast={index === parts.length - 1} />
      ))}
    </ScrollRegion>
  );
}

function Part({ part, isFirst, isLast }: { part: DiffPart; isFirst: boolean; isLast: boolean }) {
  const { kind, lines } = part;
  if (kind === 'same' && lines.length > 2 * AROUND + 1) {
    const head = isFirst ? [] : lines.slice(0, AROUND);
    const tail = isLast ? [] : lines.slice(-AROUND);
    const cut = lines.length - head.length - tail.length;
    return (
      <>
        <Lines kind="same" lines={head} />
        <div className={classes.cut}>{formatPlural(cut, 'equal line')}</div>
        <Lines kind="same" lines={tail} />
      </>
    );
  }
  return <Lines kind={kind} lines={lines} />;
}

function Lines({ kind, lines }: DiffPart) {
  if (lines.length === 0) return null;
  const text = lines.map((line) => `${signs[kind]} ${line}`).join('\n');
  if (kind === 'removed') return <del className={classes.removed}>{text}</del>;
  if (kind === 'added') return <ins className={classes.added}>{text}</ins>;
  return <div>{text}</div>;
}
