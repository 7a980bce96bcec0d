import type { Signature } from '../../../local-api/contract/index.ts';
import { NO_VALUE } from '../../app/format.ts';
import classes from './models.module.css';

/** What goes in and what comes out. */
export function SignatureTable({ signature }: { signature: Signature }) {
  return (
    <>
      <p>
        Predicts <strong>{signature.target}</strong> ({signature.task}
        {signature.classes ? `: ${signature.classes.join(', ')}` : ''}
        {signature.positive ? `; “${signature.positive}” counts as positive` : ''}).
      </p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Input</th>
            <th scope="col">Type</th>
            <th scope="col">May be empty</th>
            <th scope="col">Examples</th>
          </tr>
        </thead>
        <tbody>
          {signature.inputs.map((input) => (
            <tr key={input.name}>
              <th scope="row" className={classes.rowName}>
                {input.name}
              </th>
              <td>{input.type}</td>
              <td>{input.nullable ? 'yes' : 'no'}</td>
              <td className="a-dim">
                {input.examples.map((example) => String(example ?? NO_VALUE)).join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
