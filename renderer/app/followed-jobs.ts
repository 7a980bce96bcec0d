/** How many parts of the page show each job. */
const followers = new Map<string, number>();

/** Notes that a part of the page shows how a job goes; gives what ends it. */
export function followJob(jobId: string): () => void {
  followers.set(jobId, (followers.get(jobId) ?? 0) + 1);
  return () => {
    const left = (followers.get(jobId) ?? 1) - 1;
    if (left > 0) followers.set(jobId, left);
    else followers.delete(jobId);
  };
}

/** Whether the page shows how a job goes, so that nothing else need tell of its end. */
export function isFollowed(jobId: string): boolean {
  return followers.has(jobId);
}
