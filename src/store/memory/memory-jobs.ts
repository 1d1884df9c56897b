// The jobs that task attempts wait for, in memory.
import type { Job, JobKey, Jobs } from "../jobs.ts";

export interface MemoryJobs {
  readonly role: Jobs;
  put(job: Job): void;
  remove(key: JobKey): void;
}

export function openMemoryJobs(): MemoryJobs {
  const jobs = new Map<string, Job>();
  const remove = (key: JobKey): void => void jobs.delete(nameOf(key));
  return {
    role: {
      async due(now, limit) {
        const due = [...jobs.values()].filter(({ lookAt }) => lookAt <= now);
        return due.toSorted(compareJobs).slice(0, limit);
      },
      async postpone(postponed) {
        for (const job of postponed) {
          const known = jobs.get(nameOf(job));
          if (known?.isAbandoned === job.isAbandoned) jobs.set(nameOf(job), { ...known, lookAt: job.lookAt });
        }
      },
      async settle(keys) {
        for (const key of keys) remove(key);
      },
    },
    put: (job) => void jobs.set(nameOf(job), { ...job }),
    remove,
  };
}

function nameOf({ executionId, scheduledEventId }: JobKey): string {
  return `${executionId}/${scheduledEventId}`;
}

function compareJobs(one: Job, other: Job): number {
  return (
    one.lookAt - other.lookAt || one.executionId - other.executionId || one.scheduledEventId - other.scheduledEventId
  );
}
