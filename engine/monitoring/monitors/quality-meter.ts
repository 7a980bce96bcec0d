import { z } from 'zod';
import type { DataService } from '../../data/index.ts';
import type { Clock } from '../../system/index.ts';
import type { Meter } from './meters.ts';

const Input = z.object({ versionId: z.string() });

const hourMs = 3_600_000;

/** The newest version of a dataset by its profile, which the import has made: no job is needed. */
export function createQualityMeter({
  data,
  clock,
}: {
  data: Pick<DataService, 'get' | 'getVersion' | 'profile'>;
  clock: Clock;
}): Meter<'quality'> {
  return {
    async accept(watch) {
      await data.get(watch.dataset);
    },

    async plan(watch, metric) {
      const { latest } = await data.get(watch.dataset);
      if (latest === null) return { nothing: `${watch.dataset} has no versions` };
      return {
        // Its age is another one each time: for that alone the same version is worth another look.
        key: metric === 'ageHours' ? `${latest.id} ${clock.nowMs()}` : latest.id,
        subject: `${latest.dataset} v${latest.version}`,
        input: { versionId: latest.id },
      };
    },

    begin: async () => null,

    async finish(_watch, plan) {
      const { versionId } = Input.parse(plan.input);
      const [version, profile] = await Promise.all([data.getVersion(versionId), data.profile(versionId)]);
      const missing = profile.columns.reduce((sum, column) => sum + column.missing, 0);
      const cells = profile.rows * profile.columns.length;
      const warnings = profile.columns.reduce((sum, column) => sum + column.warnings.length, 0);
      const values: Record<string, number> = {
        rows: version.rows,
        missingShare: cells === 0 ? 0 : missing / cells,
        badRowShare: version.badRows === 0 ? 0 : version.badRows / (version.badRows + version.rows),
        ageHours: (clock.nowMs() - version.createdAtMs) / hourMs,
        warnings: warnings + profile.warnings.length,
      };
      if (profile.duplicateRows !== null)
        values.duplicateShare = profile.rows === 0 ? 0 : profile.duplicateRows / profile.rows;
      return {
        values,
        isBad: null,
        message: `${version.rows.toLocaleString('en')} rows, ${percent(values.missingShare ?? 0)} of the values missing`,
        link: `/datasets/${encodeURIComponent(version.dataset)}?version=${version.version}`,
      };
    },
  };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
