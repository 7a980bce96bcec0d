import type { ArtifactEntry, LogObject, ObjectKind, Problem } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import { captionPath, objectStem, type TrackingService } from '../tracking/index.ts';

/** Objects written at the same time: each waits for the disk, none for another. */
const AT_ONCE = 8;

const endings: Record<ObjectKind, string> = {
  image: 'png',
  figure: 'json',
  table: 'json',
  text: 'txt',
  audio: 'wav',
  video: 'mp4',
  html: 'html',
  histogram: 'json',
  'confusion-matrix': 'json',
  curve: 'json',
};

/**
 * Writes objects as files of a run, in the layout of `engine/tracking/objects/layouts.ts`; gives their entries in the
 * order of `objects`. Either all of them fit and are written, or faults are told before anything is.
 *
 * Errors: request/invalid, runs/not-found, runs/deleted, artifacts/not-found (an artifactPath), artifacts/disk-full.
 */
export async function logObjects(
  parts: { tracking: TrackingService; artifacts: ArtifactStore },
  runId: string,
  objects: readonly LogObject[],
): Promise<ArtifactEntry[]> {
  const problems = objects.flatMap(problemsOf);
  if (problems.length > 0) {
    throw new AssayError('request/invalid', `${problems.length} of the objects cannot be logged.`, {
      problems,
    });
  }
  // An unknown run is told before anything is stored.
  await parts.tracking.getRun(runId);
  const entries: ArtifactEntry[] = [];
  for (let start = 0; start < objects.length; start += AT_ONCE) {
    const batch = objects.slice(start, start + AT_ONCE);
    entries.push(...(await Promise.all(batch.map((object) => logObject(parts, runId, object)))));
  }
  return entries;
}

async function logObject(
  { tracking, artifacts }: { tracking: TrackingService; artifacts: ArtifactStore },
  runId: string,
  object: LogObject,
): Promise<ArtifactEntry> {
  const blob =
    object.artifactPath === undefined
      ? await artifacts.put(bytesOf(object))
      : await tracking.findArtifact(runId, object.artifactPath);
  const stem = objectStem(object.kind, object.key, object.step, object.timestampMs);
  const path = `${stem}.${endingOf(object)}`;
  const entry = await tracking.attachArtifact(runId, path, blob);
  if (object.caption !== undefined) {
    await tracking.attachArtifact(runId, captionPath(path), await artifacts.put(Buffer.from(object.caption)));
  }
  return entry;
}

function endingOf(object: LogObject): string {
  if (object.artifactPath !== undefined) {
    return /\.([A-Za-z0-9]+)$/.exec(object.artifactPath)?.[1]?.toLowerCase() ?? endings[object.kind];
  }
  const { content } = object;
  const isEncoded = typeof content === 'object' && 'base64' in content && 'format' in content;
  return isEncoded ? String(content.format) : endings[object.kind];
}

function bytesOf(object: LogObject): Buffer {
  switch (object.kind) {
    case 'image':
    case 'audio':
    case 'video':
      return Buffer.from(object.content?.base64 ?? '', 'base64');
    case 'text':
    case 'html':
      return Buffer.from(object.content ?? '');
    default:
      return Buffer.from(JSON.stringify(object.content));
  }
}

/** Faults that the schema cannot tell: what hangs together. */
function problemsOf(object: LogObject, index: number): Problem[] {
  const at = `/objects/${index}`;
  if ((object.content === undefined) === (object.artifactPath === undefined)) {
    const message = object.content === undefined ? 'has no content' : 'has both content and artifactPath';
    return [{ path: at, message, expected: 'content, or the artifactPath of a file of the run' }];
  }
  if (object.content === undefined) return [];
  switch (object.kind) {
    case 'histogram': {
      const { edges, counts } = object.content;
      return edges.length === counts.length + 1
        ? []
        : [
            {
              path: `${at}/content/edges`,
              message: `has ${edges.length} edges for ${counts.length} counts`,
              expected: 'one edge more than counts',
            },
          ];
    }
    case 'confusion-matrix': {
      const { labels, counts } = object.content;
      const isSquare = counts.length === labels.length && counts.every((row) => row.length === labels.length);
      return isSquare
        ? []
        : [
            {
              path: `${at}/content/counts`,
              message: 'does not fit the labels',
              expected: `${labels.length} rows of ${labels.length} numbers`,
            },
          ];
    }
    case 'curve': {
      const { x, y } = object.content;
      return x.length === y.length
        ? []
        : [
            {
              path: `${at}/content/y`,
              message: `has ${y.length} values for ${x.length} of x`,
              expected: 'as many as x',
            },
          ];
    }
    case 'table': {
      const { columns, data } = object.content;
      const bad = data.findIndex((row) => row.length !== columns.length);
      return bad < 0
        ? []
        : [
            {
              path: `${at}/content/data/${bad}`,
              message: 'does not fit the columns',
              expected: `${columns.length} values`,
            },
          ];
    }
    default:
      return [];
  }
}
