// Derives resources/mu-check/FLATTENED_6MV.json, the tables of the independent check of monitor units, from the project's Monte Carlo
// depth doses in water and typical published head scatter:
//   node scripts/data/derive-mu-check.js [../shared/reference]
// Nothing in it comes from the dose engines. Plain JavaScript, no dependencies.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const reference = resolve(process.argv[2] ?? '../shared/reference');
const FIELDS = [3, 5, 10, 20];
const SSD = 100;
const FIT = { from: 2, to: 26 };
const DEPTHS = [20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200, 220, 240, 260];
const SIDES = [0, 20, 30, 40, 50, 60, 70, 80, 100, 120, 150, 180, 210, 250];

/** Least squares by normal equations. */
function solve(rows, values) {
  const n = rows[0].length;
  const a = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) =>
      rows.reduce((sum, row, k) => sum + row[i] * (j < n ? row[j] : values[k]), 0),
    ),
  );
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = a[k][i] / a[i][i];
      for (let j = i; j <= n; j++) a[k][j] -= factor * a[i][j];
    }
  return a.map((row, i) => row[n] / row[i]);
}

// Depth dose of each field times distance squared: dose per photon fluence in air at the point. Its logarithm is smoothed by a cubic.
const smooth = FIELDS.map((field) => {
  const { central_axis: axis } = JSON.parse(
    readFileSync(join(reference, 'egsnrc', `water_6MV_${field}x${field}.json`), 'utf8'),
  );
  const points = axis.z_center_cm
    .map((z, n) => [z, axis.dose[n] * ((SSD + z) / SSD) ** 2])
    .filter(([z]) => z >= FIT.from && z <= FIT.to);
  const powers = (z) => [1, z, z * z, z * z * z];
  const c = solve(
    points.map(([z]) => powers(z)),
    points.map(([, dose]) => Math.log(dose)),
  );
  const at = (z) => Math.exp(powers(z).reduce((sum, power, n) => sum + power * c[n], 0));
  const worst = Math.max(...points.map(([z, dose]) => Math.abs(at(z) / dose - 1)));
  process.stdout.write(`${field}×${field}: single bins within ${(100 * worst).toFixed(2)} % of the smooth curve\n`);
  return at;
});

// At each depth the four fields, by their side there, follow A + B r/(r + C).
const sideAt = (field, z) => (field * (SSD + z)) / SSD;
const fitAt = (z, c) => {
  const shape = FIELDS.map((field) => sideAt(field, z) / (sideAt(field, z) + c));
  const [a, b] = solve(
    shape.map((s) => [1, s]),
    smooth.map((at) => at(z)),
  );
  const rest = Math.max(...shape.map((s, n) => Math.abs((a + b * s) / smooth[n](z) - 1)));
  return { value: (r) => a + (b * r) / (r + c), rest };
};
const total = (c) => DEPTHS.reduce((sum, mm) => sum + fitAt(mm / 10, c).rest ** 2, 0);
const candidates = Array.from({ length: 200 }, (_, n) => 1 + n / 5);
const c = candidates.reduce((best, one) => (total(one) < total(best) ? one : best));
process.stdout.write(
  `C = ${c.toFixed(1)} cm; fields within ${(100 * Math.max(...DEPTHS.map((mm) => fitAt(mm / 10, c).rest))).toFixed(2)} % of the fit\n`,
);
const unit = fitAt(10, c).value(10);
const rows = DEPTHS.map((mm) => SIDES.map((side) => Number((fitAt(mm / 10, c).value(side / 10) / unit).toFixed(4))));

const list = (values) => JSON.stringify(values).replaceAll(',', ', ');
const text = `{
  "name": "FLATTENED_6MV",
  "description": "Factors of a flattened 6 MV beam for an independent check of monitor units; of no particular linac.",
  "sources": [
    "tissue: EGSnrc depth doses in water computed for this project (Mohan 6 MV spectrum, point source, SSD 100 cm, 3×3 to 20×20), smoothed; scripts/data/derive-mu-check.js",
    "collimatorScatter: typical in-air output ratios of flattened 6 MV beams, of the size that AAPM TG-74 (Zhu et al., Med. Phys. 36 (2009) 5261) discusses, rounded; no linac's",
    "offAxis: typical in-air off-axis ratios of flattened 6 MV beams, rounded",
    "transmission.leafEnd: a typical offset between light and radiation field of rounded leaf ends, half a millimetre an end; no linac's"
  ],
  "machines": ["GENERIC_6MV", "GENERIC_6MV_160"],
  "nominalEnergy": 6,
  "fluenceMode": "STANDARD",
  "collimatorScatter": [
    [30, 0.955],
    [40, 0.964],
    [50, 0.971],
    [60, 0.978],
    [80, 0.99],
    [100, 1],
    [120, 1.007],
    [150, 1.015],
    [200, 1.025],
    [250, 1.031],
    [300, 1.036],
    [400, 1.042]
  ],
  "offAxis": [
    [0, 1],
    [25, 1.01],
    [50, 1.02],
    [75, 1.029],
    [100, 1.036],
    [150, 1.046],
    [200, 1.05]
  ],
  "transmission": { "jaws": 0.005, "leaves": 0.015, "leafEnd": 0.5 },
  "wedgeFactors": {},
  "tissue": {
    "depths": ${list(DEPTHS)},
    "sides": ${list(SIDES)},
    "values": [
${rows.map((row) => `      ${list(row)}`).join(',\n')}
    ]
  }
}
`;
mkdirSync('resources/mu-check', { recursive: true });
writeFileSync('resources/mu-check/FLATTENED_6MV.json', text);
