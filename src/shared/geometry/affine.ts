import type { Vec3 } from './vec.ts';

/** 4×4 homogeneous matrix, 16 numbers row-major, acting on column vectors (as DICOM 3006,00C6 and (0028,…) print it). */
export type Mat4 = readonly number[];

export const IDENTITY: Mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

export function transformPoint(m: Mat4, p: Vec3): Vec3 {
  return [
    m[0] * p[0] + m[1] * p[1] + m[2] * p[2] + m[3],
    m[4] * p[0] + m[5] * p[1] + m[6] * p[2] + m[7],
    m[8] * p[0] + m[9] * p[1] + m[10] * p[2] + m[11],
  ];
}

export function transformVector(m: Mat4, v: Vec3): Vec3 {
  return [
    m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
    m[4] * v[0] + m[5] * v[1] + m[6] * v[2],
    m[8] * v[0] + m[9] * v[1] + m[10] * v[2],
  ];
}

/** a·b: apply b first, then a. */
export function multiply(a: Mat4, b: Mat4): Mat4 {
  const out: number[] = [];
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[row * 4 + k] * b[k * 4 + column];
      out.push(sum);
    }
  return out;
}

/** Inverse of a rigid transform (rotation + translation). */
export function invertRigid(m: Mat4): Mat4 {
  const [r00, r01, r02, tx, r10, r11, r12, ty, r20, r21, r22, tz] = m;
  // biome-ignore format: a matrix reads as rows
  return [
    r00, r10, r20, -(r00 * tx + r10 * ty + r20 * tz),
    r01, r11, r21, -(r01 * tx + r11 * ty + r21 * tz),
    r02, r12, r22, -(r02 * tx + r12 * ty + r22 * tz),
    0, 0, 0, 1,
  ];
}

/** Whether the upper 3×3 is a rotation (orthonormal, det +1) within `tolerance`. */
export function isRigid(m: Mat4, tolerance = 1e-4): boolean {
  const rows: Vec3[] = [
    [m[0], m[1], m[2]],
    [m[4], m[5], m[6]],
    [m[8], m[9], m[10]],
  ];
  for (let i = 0; i < 3; i++)
    for (let j = i; j < 3; j++) {
      const product = rows[i][0] * rows[j][0] + rows[i][1] * rows[j][1] + rows[i][2] * rows[j][2];
      if (Math.abs(product - (i === j ? 1 : 0)) > tolerance) return false;
    }
  const det =
    m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) + m[2] * (m[4] * m[9] - m[5] * m[8]);
  const lastRow = m[12] === 0 && m[13] === 0 && m[14] === 0 && m[15] === 1;
  return lastRow && Math.abs(det - 1) <= tolerance;
}

/** Rigid transform that rotates by `degrees` about LPS axes x, then y, then z through `centre`, then translates by `shift` (mm). */
export function rigidFromParameters(degrees: Vec3, shift: Vec3, centre: Vec3 = [0, 0, 0]): Mat4 {
  const [ax, ay, az] = degrees.map((d) => (d * Math.PI) / 180);
  const rx: Mat4 = [1, 0, 0, 0, 0, Math.cos(ax), -Math.sin(ax), 0, 0, Math.sin(ax), Math.cos(ax), 0, 0, 0, 0, 1];
  const ry: Mat4 = [Math.cos(ay), 0, Math.sin(ay), 0, 0, 1, 0, 0, -Math.sin(ay), 0, Math.cos(ay), 0, 0, 0, 0, 1];
  const rz: Mat4 = [Math.cos(az), -Math.sin(az), 0, 0, Math.sin(az), Math.cos(az), 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const rotation = multiply(rz, multiply(ry, rx));
  return multiply(
    translation([centre[0] + shift[0], centre[1] + shift[1], centre[2] + shift[2]]),
    multiply(rotation, translation([-centre[0], -centre[1], -centre[2]])),
  );
}

export function translation(t: Vec3): Mat4 {
  return [1, 0, 0, t[0], 0, 1, 0, t[1], 0, 0, 1, t[2], 0, 0, 0, 1];
}

/** Inverse of any affine transform (last row 0 0 0 1) by cofactors; undefined for one that flattens space, or that is projective. */
export function invertAffine(m: Mat4): Mat4 | undefined {
  const [a, b, c, x, d, e, f, y, g, h, i, z] = m;
  const [A, D, G] = [e * i - f * h, f * g - d * i, d * h - e * g];
  const det = a * A + b * D + c * G;
  const size = Math.max(...[a, b, c, d, e, f, g, h, i].map(Math.abs)) ** 3;
  if (!(Math.abs(det) > 1e-12 * size) || m[12] !== 0 || m[13] !== 0 || m[14] !== 0 || m[15] !== 1) return undefined;
  const r = [A, c * h - b * i, b * f - c * e, D, a * i - c * g, c * d - a * f, G, b * g - a * h, a * e - b * d].map(
    (cofactor) => cofactor / det,
  );
  // biome-ignore format: a matrix reads as rows
  return [
    r[0], r[1], r[2], -(r[0] * x + r[1] * y + r[2] * z),
    r[3], r[4], r[5], -(r[3] * x + r[4] * y + r[5] * z),
    r[6], r[7], r[8], -(r[6] * x + r[7] * y + r[8] * z),
    0, 0, 0, 1,
  ];
}
