import { type BundleCheck, BundleCheckId, type Problem } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';

/** What a check found. A check that cannot go on throws instead, and has then failed. */
export type Finding = Pick<BundleCheck, 'verdict' | 'detail'> & { problems?: readonly Problem[] };

/** More would help nobody. */
const mostProblems = 100;

/** Failed with these problems, or passed when there are none. */
export function verdictOf(problems: readonly Problem[], detail: { failed: string; passed: string }): Finding {
  return problems.length > 0
    ? { verdict: 'failed', detail: detail.failed, problems }
    : { verdict: 'passed', detail: detail.passed };
}

/** What was read, for the checks that follow. */
type Read<T> = { value: T; detail: string };

export type CheckList = {
  checks: BundleCheck[];
  /** Makes a check and lists it, whatever it throws. Gives whether it did not fail. */
  make(id: BundleCheckId, look: () => Finding | Promise<Finding>): Promise<boolean>;
  /** A check that passes by reading something without throwing. Gives what was read. */
  read<T>(id: BundleCheckId, look: () => Read<T> | Promise<Read<T>>): Promise<T | null>;
  /** Lists every check that was not made, as skipped, in its place. */
  skipRest(why: string): void;
};

/** An empty list of checks with these titles. `onCheck` is told before each. */
export function checkList(
  titles: Readonly<Record<BundleCheckId, string>>,
  onCheck: (title: string, done: number, of: number) => void,
): CheckList {
  const checks: BundleCheck[] = [];
  const add = async (id: BundleCheckId, look: () => Finding | Promise<Finding>) => {
    const title = titles[id];
    onCheck(title, checks.length, Object.keys(titles).length);
    const { verdict, detail, problems = [] } = await settle(look);
    const listed = problems.slice(0, mostProblems).map(({ path, message }) => ({ path, message }));
    checks.push({ id, title, verdict, detail, problems: listed });
    return verdict !== 'failed';
  };
  return {
    checks,
    make: add,
    async read(id, look) {
      const found: Awaited<ReturnType<typeof look>>[] = [];
      await add(id, async () => {
        const read = await look();
        found.push(read);
        return { verdict: 'passed', detail: read.detail };
      });
      return found[0]?.value ?? null;
    },
    skipRest(why) {
      const made = new Set<string>(checks.map(({ id }) => id));
      for (const id of BundleCheckId.options)
        if (!made.has(id))
          checks.push({
            id,
            title: titles[id],
            verdict: 'skipped',
            detail: `Not made: ${why}.`,
            problems: [],
          });
    },
  };
}

async function settle(look: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (thrown) {
    return failure(thrown);
  }
}

function failure(thrown: unknown): Finding {
  const problems = thrown instanceof AssayError ? (thrown.problems ?? []) : [];
  return { verdict: 'failed', detail: messageOf(thrown), problems };
}
