/** Two digits that count, or all before the point: 0.0043, 0.41, 8.6, 1204. Empty where there is no figure. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '';
  if (value === 0) return '0';
  // Rounded first: 9.97 has one digit before the point, and 10 has two.
  const rounded = Number(value.toPrecision(2));
  return value.toFixed(Math.max(0, 1 - Math.floor(Math.log10(Math.abs(rounded)))));
}

/** Of milliseconds, with the unit that fits. */
export const duration = (milliseconds: number | undefined): string =>
  milliseconds === undefined
    ? ''
    : milliseconds < 1000
      ? `${figure(milliseconds)} ms`
      : `${figure(milliseconds / 1000)} s`;

export const megabytes = (bytes: number | undefined): string =>
  bytes === undefined ? '' : `${figure(bytes / 1e6)} MB`;
