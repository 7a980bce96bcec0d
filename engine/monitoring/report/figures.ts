/** How reports write figures: few digits, the same in every language setting. */

export function figure(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e9)) return value.toExponential(digits - 1);
  return Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(magnitude + 1))))).toLocaleString(
    'en',
    {
      maximumFractionDigits: 10,
    },
  );
}

export function count(value: number): string {
  return value.toLocaleString('en');
}

/** A share (0 to 1) as per cent. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return '–';
  const value = share * 100;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  return `${Number(value.toFixed(value < 10 ? 1 : 0)).toLocaleString('en')} %`;
}

/** Below 1e-12 no test tells the digits apart from rounding. */
export function chance(pValue: number | null | undefined): string {
  if (pValue === null || pValue === undefined) return '–';
  if (pValue < 1e-12) return '< 1e-12';
  return pValue < 0.001 ? pValue.toExponential(0) : String(Number(pValue.toPrecision(2)));
}

/** In UTC, so that a report reads the same everywhere. */
export function moment(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** "1 column", "3 columns". */
export function plural(value: number, singular: string, many = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : many}`;
}
