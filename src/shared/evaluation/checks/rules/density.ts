import { placeText } from '../../../geometry/fixed.ts';
import { indexToPatient, type Grid } from '../../../geometry/volume.ts';
import { centreMask } from '../../../structures/contours/centreMask.ts';
import type { Rule } from '../facts.ts';
import { faultsOr, type Finding, notJudged, pass, warning } from '../outcome.ts';

/** Bone ends below 2000 HU; what is above is metal or its artefact, HU. */
const METAL = 2000;
/** Of which less than this is noise or a clip, cm³. */
const LEAST = 0.1;
const NAMES = /contrast|metal|implant|prosth|artefact|artifact|streak|bowel_?gas|clip|pacemaker/i;

const group = 'Structures';

export const DENSITY_RULES: readonly Rule[] = [
  {
    id: 'density.assigned',
    group,
    title: 'Densities where the CT shows what will not be there',
    check({ rois }) {
      const candidates = rois.filter(
        ({ name, type, contours }) => contours.length > 0 && (NAMES.test(name) || type === 'CONTRAST_AGENT'),
      );
      return candidates.length === 0
        ? []
        : faultsOr(
            candidates
              .filter(({ density }) => density === undefined)
              .map((roi) =>
                warning(`${roi.name} has no density of its own: dose is computed with what the CT shows there`, {
                  roi: roi.number,
                }),
              ),
            `Densities are set: ${candidates.map(({ name, density }) => `${name} ${density} g/cm³`).join(', ')}`,
          );
    },
  },
  {
    id: 'density.bolus',
    group,
    title: 'Every bolus belongs to a beam',
    check({ rois, treatment }) {
      const boli = rois.filter(({ type }) => type === 'BOLUS');
      if (boli.length === 0) return [];
      return faultsOr(
        boli
          .filter(
            ({ number }) =>
              !treatment.some(({ boluses = [] }) => boluses.some(({ roiNumber }) => roiNumber === number)),
          )
          .map((roi) => warning(`Bolus ${roi.name} is on no beam: it is not in the dose`, { roi: roi.number })),
        `Every bolus is on a beam: ${boli.map(({ name }) => name).join(', ')}`,
      );
    },
  },
  {
    id: 'density.metal',
    group,
    title: 'No metal in the body without a density',
    expensive: true,
    check(facts) {
      const { ct } = facts.input;
      const { body } = facts;
      if (ct === undefined || ct.unit !== 'HU')
        return [notJudged('Metal in the CT was not looked for: there is no CT in Hounsfield units')];
      if (body === undefined) return [notJudged('Metal in the CT was not looked for: there is no body contour')];
      const threshold = (METAL - ct.intercept) / ct.slope;
      const dense: number[] = [];
      for (let n = 0; n < ct.data.length; n++) if (ct.data[n] > threshold) dense.push(n);
      const right = `No more than ${LEAST} cm³ in ${body.name} are above ${METAL} HU without a density of their own`;
      const voxel = (ct.spacing[0] * ct.spacing[1] * ct.spacing[2]) / 1000;
      if (dense.length * voxel < LEAST) return [pass(right)];
      const inBody = centreMask(body.contours, ct);
      const known = facts.rois
        .filter(({ density, contours }) => density !== undefined && contours.length > 0)
        .map(({ contours }) => centreMask(contours, ct));
      const bare = dense.filter((n) => inBody[n] > 0 && known.every((mask) => mask[n] === 0));
      const volume = bare.length * voxel;
      return faultsOr(volume < LEAST ? [] : [metalFound(ct, bare, volume)], right);
    },
  },
];

function metalFound(grid: Grid, voxels: readonly number[], volume: number): Finding {
  const [nx, ny] = grid.dims;
  // The middle one in order of slices lies where there is most of it.
  const n = voxels[Math.floor(voxels.length / 2)];
  const point = indexToPatient(grid, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]);
  return warning(
    `${volume.toFixed(1)} cm³ in the body are above ${METAL} HU without a density of their own, near (${placeText(point, 0)}) mm: metal or its artefacts`,
    { point },
  );
}
