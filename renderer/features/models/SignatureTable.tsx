import type { Signature } from '../../../local-api/contract/index.ts';
import { NO_VALUE } from '../../app/format.ts';
import { PlainTable } from '../../components/PlainTable.tsx';

/** What goes in and what comes out. */
export function SignatureTable({ signature }: { signature: Signature }) {
  return (
    <>
      <p>
        {signature.task === 'ranking' ? 'Puts rows in order by' : 'Predicts'}{' '}
        <strong>{signature.target}</strong> ({signature.task}
        {signature.classes ? `: ${signature.classes.join(', ')}` : ''}
        {signature.positive ? `; “${signature.positive}” counts as positive` : ''}).
      </p>
      <PlainTable
        label="Inputs"
        isInset
        rows={signature.inputs}
        keyOf={({ name }) => name}
        columns={[
          { name: 'Input', cell: ({ name }) => name },
          { name: 'Type', cell: ({ type }) => type },
          { name: 'May be empty', cell: ({ nullable }) => (nullable ? 'yes' : 'no') },
          {
            name: 'Examples',
            cell: ({ examples }) => (
              <span className="a-dim">
                {examples.map((example) => String(example ?? NO_VALUE)).join(', ')}
              </span>
            ),
          },
        ]}
      />
    </>
  );
}
