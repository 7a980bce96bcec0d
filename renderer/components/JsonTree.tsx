import { useState } from 'react';
import { formatCount } from '../app/format.ts';
import classes from './JsonTree.module.css';
import { ScrollRegion } from './ScrollRegion.tsx';

type Props = {
  value: unknown;
  /** What it is, for screen readers. */
  label: string;
  /** Levels that are open at first. */
  openDepth?: number;
  /** Pixels; what is taller scrolls in a frame of its own. */
  maxHeight?: number;
};

/** Entries and characters shown before one asks for more: any value stays quick to draw. */
const entriesAtOnce = 100;
const charactersAtOnce = 2000;

/** JSON to look through: objects and lists fold, long ones and long texts come part by part. */
export function JsonTree({ value, label, openDepth = 2, maxHeight }: Props) {
  const root = <Value value={value} depth={0} openDepth={openDepth} />;
  if (maxHeight === undefined) {
    return (
      <section className={classes.tree} aria-label={label}>
        {root}
      </section>
    );
  }
  return (
    <ScrollRegion label={label} className={`${classes.tree} ${classes.framed}`} style={{ maxHeight }}>
      {root}
    </ScrollRegion>
  );
}

type ValueProps = { name?: string; value: unknown; depth: number; openDepth: number };

function Value({ name, value, depth, openDepth }: ValueProps) {
  const key = name === undefined ? null : <span className={classes.key}>{name}: </span>;
  if (typeof value !== 'object' || value === null) {
    return (
      <div className={name === undefined ? undefined : classes.entry}>
        {key}
        <Plain value={value} />
      </div>
    );
  }
  return <Folding name={name} value={value} depth={depth} openDepth={openDepth} />;
}

function Folding({
  name,
  value,
  depth,
  openDepth,
}: {
  name: string | undefined;
  value: object;
  depth: number;
  openDepth: number;
}) {
  const [isOpen, setOpen] = useState(depth < openDepth);
  const [most, setMost] = useState(entriesAtOnce);
  const names = Array.isArray(value) ? null : Object.keys(value);
  const count = Array.isArray(value) ? value.length : (names?.length ?? 0);
  const entries = Array.from(
    { length: Math.min(most, count) },
    (_, index) => names?.[index] ?? String(index),
  );
  const size = names === null ? `[${formatCount(count)}]` : `{${formatCount(count)}}`;
  return (
    <div className={classes.entry}>
      <button
        type="button"
        className={classes.fold}
        aria-expanded={isOpen}
        onClick={() => setOpen((open) => !open)}
      >
        {name === undefined ? null : <span className={classes.key}>{name}: </span>}
        <span className={classes.summary}>
          {size}
          {isOpen ? '' : ` ${summaryOf(value)}`}
        </span>
      </button>
      {isOpen
        ? entries.map((each) => (
            <Value
              key={each}
              name={each}
              value={Reflect.get(value, each)}
              depth={depth + 1}
              openDepth={openDepth}
            />
          ))
        : null}
      {isOpen && count > most ? (
        <button type="button" className={classes.more} onClick={() => setMost(most + 10 * entriesAtOnce)}>
          {formatCount(count - most)} more
        </button>
      ) : null}
    </div>
  );
}

function summaryOf(value: object): string {
  const first = Array.isArray(value) ? value.slice(0, 3) : Object.values(value).slice(0, 3);
  const text = JSON.stringify(first).slice(1, -1);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function Plain({ value }: { value: unknown }) {
  const [isWhole, setWhole] = useState(false);
  if (typeof value === 'number') return <span className={classes.number}>{value}</span>;
  if (typeof value !== 'string') return <span className={classes.word}>{String(value)}</span>;
  const isLong = value.length > charactersAtOnce && !isWhole;
  return (
    <>
      <span className={classes.text} data-whole={isLong ? undefined : ''}>
        {isLong ? `${value.slice(0, charactersAtOnce)}…` : value}
      </span>
      {isLong ? (
        <button type="button" className={classes.more} onClick={() => setWhole(true)}>
          {formatCount(value.length - charactersAtOnce)} more characters
        </button>
      ) : null}
    </>
  );
}
