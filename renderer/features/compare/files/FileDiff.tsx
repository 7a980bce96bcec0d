import { useQuery } from '@tanstack/react-query';
import type { ArtifactEntry, Run } from '../../../../local-api/contract/index.ts';
import { formatBytes } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { Panel } from '../../../components/Panel.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { artifactUrl, readRunText } from '../../runs/artifacts/run-files.ts';
import own from './files.module.css';
import { TextDiff } from './TextDiff.tsx';

type Props = {
  path: string;
  /** Undefined where the run does not hold the file. */
  a: Run | undefined;
  b: Run | undefined;
  sizes: readonly (ArtifactEntry | undefined)[];
};

const MOST_BYTES = 2_000_000;
const pictures = /\.(png|jpe?g|gif|webp|svg)$/i;

/** One file of two runs: pictures beside each other, texts as their difference, JSON with its keys on lines of their own. */
export function FileDiff({ path, a, b, sizes }: Props) {
  const isTooLarge = sizes.some((entry) => (entry?.sizeBytes ?? 0) > MOST_BYTES);
  return (
    <Panel title={path}>
      {pictures.test(path) ? (
        <div className={own.pictures}>
          {[a, b].map((run, index) => (
            <figure key={run?.id ?? index}>
              <figcaption>{run?.name ?? 'not there'}</figcaption>
              {run ? <img src={artifactUrl(run.id, path)} alt={`${path} of ${run.name}`} /> : null}
            </figure>
          ))}
        </div>
      ) : isTooLarge ? (
        <p className="a-dim">Too large to be shown as text (more than {formatBytes(MOST_BYTES)}).</p>
      ) : (
        <Texts path={path} a={a} b={b} />
      )}
    </Panel>
  );
}

function Texts({ path, a, b }: Pick<Props, 'path' | 'a' | 'b'>) {
  const query = useQuery({
    queryKey: [...keys.part('runs', a?.id ?? '', 'diff', path), b?.id ?? ''],
    queryFn: async ({ signal }) => {
      const read = async (run: Run | undefined) =>
        run ? readable(path, await readRunText(run.id, path, signal)) : '';
      const [before, after] = [await read(a), await read(b)];
      return { before, after };
    },
  });
  return (
    <QueryView query={query}>
      {({ before, after }) =>
        before === null || after === null ? (
          <p className="a-dim">This is not a text.</p>
        ) : (
          <TextDiff before={before} after={after} label={`Differences in ${path}`} />
        )
      }
    </QueryView>
  );
}

/** The text to compare; null for bytes that are none. */
function readable(path: string, text: string | null): string | null {
  if (text === null) return '';
  if (text.includes('\u0000')) return null;
  if (!/\.json$/i.test(path)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
