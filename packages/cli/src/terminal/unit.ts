/** A unit as it is printed: data files spell units in ASCII. */
export function showUnit(unit: string): string {
  return unit === 'x'
    ? '×'
    : unit
        .replace('mm2', 'mm²')
        .replace('um2', 'µm²')
        .replace(/^u(?=[WAVsJ])/, 'µ');
}
