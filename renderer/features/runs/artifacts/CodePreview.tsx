import { useQuery } from '@tanstack/react-query';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import classes from './Code.module.css';

type Props = { code: string; language: string | null; label: string; maxHeight?: number };

/** Longer texts are shown without colours: they would take too long. */
const MAX_COLOURED = 300_000;

/** A text in the colours of its language, which are loaded with the first one. */
export function CodePreview({ code, language, label, maxHeight = 620 }: Props) {
  const isColoured = language !== null && code.length <= MAX_COLOURED;
  const pieces = useQuery({
    queryKey: ['highlight', language, code],
    queryFn: async () => (await import('./highlight.ts')).highlight(code, language ?? ''),
    enabled: isColoured,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!pieces.data) return <CodeBlock code={code} label={label} maxHeight={maxHeight} />;
  return (
    <ScrollRegion label={label} className={classes.scroll} style={{ maxHeight }}>
      <pre className={classes.code}>
        {pieces.data.map((piece, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move.
          <span key={index} data-look={piece.look || undefined}>
            {piece.text}
          </span>
        ))}
      </pre>
    </ScrollRegion>
  );
}
