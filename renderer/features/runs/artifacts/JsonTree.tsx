import { useState } from 'react';
import { formatCount } from '../../../app/format.ts';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import classes from './Code.module.css';

const PAGE = 100;
const LONGEST_TEXT = 2000;

/** A value of JSON as a tree that opens branch by branch; of long lists a hundred entries at a time. */
export function JsonTree({ value, label }: { value: unknown; label: string }) {
  return (
    <ScrollRegion label={label} className={classes.scroll} style={{ maxHeight: 620, padding: '8px 12px' }}>
      <div className={classes.tree}>
        <Branch name={null} value={value} depth={0} />
      </div>
    </ScrollRegion>
  );
}

function Branch({ name, value, depth }: { name: string | null; value: unknown; depth: number }) {
  const [isOpen, setOpen] = useState(depth < 2);
  const [shown, setShown] = useState(PAGE);
  const key = name === null ? null : <span className={classes.key}>{name}: </span>;
  if (typeof value !== 'object' || value === null) return <Leaf label={key} value={value} />;
  const isList = Array.isArray(value);
  const names = isList ? null : Object.keys(value);
  const count = isList ? value.length : (names?.length ?? 0);
  const size = isList ? `[${formatCount(count)}]` : `{${formatCount(count)}}`;
  const entries = isOpen ? Array.from({ length: Math.min(shown, count) }, (_, index) => index) : [];
  const childOf = (index: number): [string, unknown] => {
    const child = names?.[index] ?? String(index);
    return [child, (value as Record<string, unknown>)[child]];
  };
  return (
    <>
      <button type="button" className={classes.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? '▾' : '▸'} {key}
        <span className="a-dim">{size}</span>
      </button>
      {isOpen ? (
        <ul>
          {entries.map((index) => {
            const [child, childValue] = childOf(index);
            return (
              <li key={child}>
                <Branch name={child} value={childValue} depth={depth + 1} />
              </li>
            );
          })}
          {shown < count ? (
            <li>
              <button type="button" className={classes.more} onClick={() => setShown(shown + 10 * PAGE)}>
                Show more of {formatCount(count)}
              </button>
            </li>
          ) : null}
        </ul>
      ) : null}
    </>
  );
}

function Leaf({ label, value }: { label: React.ReactNode; value: unknown }) {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return (
    <span>
      {label}
      <span className={classes.value} data-type={typeof value}>
        {text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text}
      </span>
    </span>
  );
}
