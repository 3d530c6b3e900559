/**
 * Energy scaling between technologies by the polynomials of Stillmaker and Baas, "Scaling equations for
 * the accurate prediction of CMOS device performance from 180 nm to 7 nm", Integration 58:74-81, 2017.
 */

/** Relative energy of 65 nm CMOS at a supply (V), the paper's fit. */
export function energyFactor65nm(voltageV: number): number {
  return 3.755 * voltageV ** 2 - 4.398 * voltageV + 1.975;
}

/** Relative energy of 45 nm high-performance CMOS at a supply (V). */
export function energyFactor45nmHp(voltageV: number): number {
  return 1.018 * voltageV ** 2 - 0.3107 * voltageV + 0.1539;
}

/** Energy at 65 nm, 1.2 V of an action that costs 1 at 45 nm, 0.9 V: 2.105 / 0.699 = 3.01. */
export const FROM_45NM_0V9_TO_65NM_1V2 = energyFactor65nm(1.2) / energyFactor45nmHp(0.9);

/** Area at 65 nm of a piece that measures 1 at 45 nm (same source), and at 40 nm: 1.5 * (45 / 40)^2. */
export const AREA_FROM_45NM_TO_65NM = 1.5;
export const AREA_FROM_40NM_TO_65NM = AREA_FROM_45NM_TO_65NM * (45 / 40) ** 2;
