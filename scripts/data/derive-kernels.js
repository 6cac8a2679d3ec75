// Derives resources/kernels/*.json (spectra, energy deposition kernels, attenuation) from the project's reference data:
//   node scripts/data/derive-kernels.js [../shared/reference]
// The reference folder holds what EGSnrc computed for this project; its README.md says how. Plain JavaScript, no dependencies.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const reference = resolve(process.argv[2] ?? '../shared/reference');
const target = resolve('resources/kernels');

const MONOENERGETIC = ['0.2', '0.5', '1.0', '1.5', '2.0', '3.0', '4.0', '6.0', '8.0', '10.0', '15.0'];
const SPECTRA = { mohan4: 4, mohan6: 6, mohan10: 10, mohan15: 15 };
const MEDIA = { water: 'water', bone: 'bone_cortical_icrp' };

const EGSNRC =
  'Computed for this project with EGSnrc (github.com/nrc-cnrc/EGSnrc commit 9edee3ebfda3d81d0e8eb033a7e76bf9a70e41ef).';
const FACTS = 'Numerical facts computed or tabulated anew; free to use with this origin stated.';

const read = (...path) => JSON.parse(readFileSync(join(reference, ...path), 'utf8'));

/** One number array per line keeps diffs readable and files small. */
function write(name, record) {
  const lines = Object.entries(record).map(([key, value]) => {
    const rows = Array.isArray(value) && Array.isArray(value[0]);
    const body = rows ? `[\n${value.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n ]` : JSON.stringify(value);
    return ` ${JSON.stringify(key)}: ${body}`;
  });
  const path = join(target, `${name}.json`);
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
  process.stdout.write(`wrote ${path}\n`);
}

/** cone × shell energy fractions flattened cone by cone, shells fastest. */
const flatten = (kernel) => kernel.total.flat();
const flattenPrimary = (kernel) => kernel.primary.flat();

mkdirSync(target, { recursive: true });

const mono = MONOENERGETIC.map((energy) => read('kernels', `mono_${energy}MeV.json`));
for (const kernel of mono)
  if (JSON.stringify(kernel.radius_edges_cm) !== JSON.stringify(mono[0].radius_edges_cm))
    throw new Error(`${kernel.name}: the kernels do not share one grid of shells`);
write('water-monoenergetic', {
  origin: `${EGSNRC} edknrc, water sphere of radius 60 cm, first interaction forced at the origin; reference/kernels/mono_*.json.`,
  licence: FACTS,
  quantity:
    'fraction of the photon energy deposited per (cone, shell) element, all components (primary, scatter, radiative); index [energy][cone * shells + shell]',
  energiesMeV: MONOENERGETIC.map(Number),
  coneEdgesDegrees: mono[0].cone_edges_deg,
  shellEdgesCm: mono[0].radius_edges_cm,
  energyFractions: mono.map(flatten),
});
write('water-monoenergetic-primary', {
  origin: `${EGSNRC} As water-monoenergetic.json.`,
  licence: FACTS,
  quantity:
    'the part of water-monoenergetic.json that electrons set in motion by the primary photon deposit; same energies, cones, shells and index',
  energyFractions: mono.map(flattenPrimary),
});

for (const [name, nominal] of Object.entries(SPECTRA)) {
  const spectrum = read('spectra', `${name}.json`);
  write(name, {
    name,
    nominalMV: nominal,
    origin:
      'Mohan, Chui and Lidofsky, Med. Phys. 12 (1985) 592; photons per bin, uniform inside a bin; reference/spectra. Kernel: the polyenergetic edknrc kernel of the same spectrum (TERMA weighted), to check the recombined one.',
    licence: FACTS,
    binEdgesMeV: spectrum.bin_edges_MeV,
    fluencePerBin: spectrum.fluence_per_bin_normalised,
    polyenergeticFractions: flatten(read('kernels', `${name}.json`)),
  });
}

for (const [name, file] of Object.entries(MEDIA)) {
  const medium = read('attenuation', `${file}.json`);
  write(`attenuation-${name}`, {
    medium: file,
    density: medium.density_g_cm3,
    origin:
      'NIST XCOM mass attenuation coefficients without coherent scattering, as EGSnrc interpolates them; reference/attenuation.',
    licence: FACTS,
    unit: 'cm2/g',
    energiesMeV: medium.table.map((row) => row.E_MeV),
    muOverRho: medium.table.map((row) => row.mu_rho_without_coherent),
  });
}
