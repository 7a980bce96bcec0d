/** The words of a notification for a job that ended; null when it is not worth one. */
export function jobNotice(job: { title: string; state: string }): { title: string; body: string } | null {
  switch (job.state) {
    case 'succeeded':
      return { title: 'Done', body: job.title };
    case 'failed':
    case 'dead':
      return { title: 'Failed', body: job.title };
    default:
      return null;
  }
}
