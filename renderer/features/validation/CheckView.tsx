import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Report } from './Report.tsx';
import classes from './validation.module.css';

type Props = { validationId: string; activeVersion: number | null; onBack: () => void };

/** One check of the history: of a version, or of an import that was refused. */
export function CheckView({ validationId, activeVersion, onBack }: Props) {
  const check = useQuery({
    queryKey: keys.item('data-validations', validationId),
    queryFn: ({ signal }) => client.dataValidations.get({ params: { validationId }, signal }),
  });
  return (
    <>
      <div className={classes.tools}>
        <Button variant="default" leftSection={<IconArrowLeft size={15} />} onClick={onBack}>
          All checks
        </Button>
        {check.data ? (
          <strong>
            {check.data.dataName}
            {check.data.versionId === null ? ': the import was refused, there is no version' : ''}
          </strong>
        ) : null}
      </div>
      <QueryView query={check}>
        {(validation) => <Report validation={validation} activeVersion={activeVersion} button={null} />}
      </QueryView>
    </>
  );
}
