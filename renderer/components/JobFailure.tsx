import type { JobError } from '../../local-api/contract/index.ts';
import classes from './JobFailure.module.css';

/** Why a job did not succeed: cause, every problem, and what to do. */
export function JobFailure({ error }: { error: JobError }) {
  return (
    <section className={classes.failure} aria-label="Why it failed">
      <h2>{error.message}</h2>
      {error.problems && error.problems.length > 0 ? (
        <ul>
          {error.problems.map((problem) => (
            <li key={`${problem.path} ${problem.message}`}>
              <code>{problem.path}</code> {problem.message}
            </li>
          ))}
        </ul>
      ) : null}
      <p>{error.hint}</p>
      <p className="a-dim">
        <code>{error.code}</code>
      </p>
    </section>
  );
}
