import { useQuery } from '@tanstack/react-query';
import type { DataVerdict } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { VerdictBadge } from './VerdictBadge.tsx';

/** What the newest check of a version came to; nothing where it has not been checked. */
export function VersionVerdict({ versionId }: { versionId: string }) {
  const { data } = useQuery({
    queryKey: keys.part('data-validations', 'verdicts', versionId),
    queryFn: () => verdictOf(versionId),
  });
  return data == null ? null : <VerdictBadge verdict={data} title="The newest check by the schema" />;
}

type Asked = {
  versionId: string;
  tell: (verdict: DataVerdict | null) => void;
  fail: (reason: unknown) => void;
};
let asked: Asked[] = [];
/** What one request asks for. */
const MOST = 200;

/** Rows of a list ask at once: their questions are sent together. */
function verdictOf(versionId: string): Promise<DataVerdict | null> {
  return new Promise((tell, fail) => {
    if (asked.length === 0) queueMicrotask(sendAll);
    asked.push({ versionId, tell, fail });
  });
}

function sendAll(): void {
  const all = asked;
  asked = [];
  for (let first = 0; first < all.length; first += MOST) void send(all.slice(first, first + MOST));
}

async function send(questions: readonly Asked[]): Promise<void> {
  try {
    const versionIds = questions.map(({ versionId }) => versionId).join(',');
    const { items } = await client.dataValidations.verdicts({ query: { versionIds } });
    const verdicts = new Map(items.map(({ versionId, verdict }) => [versionId, verdict]));
    for (const { versionId, tell } of questions) tell(verdicts.get(versionId) ?? null);
  } catch (thrown) {
    for (const { fail } of questions) fail(thrown);
  }
}
