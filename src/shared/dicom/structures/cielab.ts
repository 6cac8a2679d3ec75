import type { Rgb } from '../../model/structures.ts';

/** D50, the white of the profile connection space that PS3.3 C.10.7.1.1 encodes CIELab in. */
const WHITE = [0.9642, 1, 0.8249] as const;
/** Linear sRGB from XYZ under D50, and back: sRGB's primaries adapted by Bradford's matrix (ICC.1, IEC 61966-2-1). */
const FROM_XYZ = [3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415, 0.033454, 0.0719453, -0.2289914, 1.4052427];
const TO_XYZ = [0.4360747, 0.3850649, 0.1430804, 0.2225045, 0.7168786, 0.0606169, 0.0139322, 0.0971045, 0.7141733];

const times = (m: readonly number[], [x, y, z]: readonly number[]): number[] =>
  [0, 3, 6].map((row) => m[row] * x + m[row + 1] * y + m[row + 2] * z);

/** Recommended Display CIELab Value (three unsigned 16-bit numbers) as sRGB; undefined when it is none. */
export function rgbOfCielab(values: readonly number[]): Rgb | undefined {
  if (values.length !== 3) return undefined;
  const l = (values[0] / 65535) * 100;
  const [a, b] = [values[1], values[2]].map((value) => (value / 65535) * 255 - 128);
  const fy = (l + 16) / 116;
  const xyz = [fy + a / 500, fy, fy - b / 200].map(
    (f, i) => WHITE[i] * (f > 6 / 29 ? f ** 3 : (f - 4 / 29) * 3 * (6 / 29) ** 2),
  );
  const [red, green, blue] = times(FROM_XYZ, xyz).map((linear) => {
    const c = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.max(0, Math.min(1, c)));
  });
  return [red, green, blue];
}

/** sRGB as Recommended Display CIELab Value. */
export function cielabOfRgb(rgb: Rgb): number[] {
  const linear = rgb.map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const [fx, fy, fz] = times(TO_XYZ, linear).map((value, i) => {
    const t = value / WHITE[i];
    return t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
  });
  const word = (value: number): number => Math.round(65535 * Math.max(0, Math.min(1, value)));
  return [word((116 * fy - 16) / 100), word((500 * (fx - fy) + 128) / 255), word((200 * (fy - fz) + 128) / 255)];
}
