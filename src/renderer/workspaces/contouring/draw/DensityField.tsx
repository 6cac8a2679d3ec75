import { changeRoi } from '#renderer/commands/contouring/changeRoi.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { Roi } from '#shared/model/structures.ts';

/** Mass densities in g/cm³ (ICRU 44; metals: NIST; foam and carbon fibre couches: typical). */
const MATERIALS: readonly (readonly [name: string, density: number])[] = [
  ['Air', 0.0012],
  ['Couch foam', 0.07],
  ['Lung', 0.26],
  ['Fat', 0.95],
  ['Water', 1],
  ['Soft tissue', 1.06],
  ['Carbon fibre', 1.5],
  ['Cortical bone', 1.85],
  ['Aluminium', 2.7],
  ['Titanium', 4.5],
];

const CT = 'ct';
const OTHER = 'other';

/** The density that dose is computed with inside the structure: the CT's, a material's, or a number. */
export function DensityField({ roi }: { readonly roi: Roi }) {
  const material = MATERIALS.find(([, density]) => density === roi.density)?.[0];
  const change = (density: number | undefined): void => void run(changeRoi, roi.number, { density });
  return (
    <>
      <Field label="Density">
        <Select
          aria-label="density of the structure"
          data-testid="structure-density"
          value={roi.density === undefined ? CT : (material ?? OTHER)}
          options={[
            { value: CT, label: 'as in the CT' },
            ...MATERIALS.map(([name, density]) => ({ value: name, label: `${name}, ${density} g/cm³` })),
            { value: OTHER, label: 'another' },
          ]}
          onChange={(value) => {
            const chosen = MATERIALS.find(([name]) => name === value)?.[1];
            if (value === CT) change(undefined);
            else change(chosen ?? roi.density ?? 1);
          }}
        />
      </Field>
      {roi.density !== undefined && (
        <Field label="Set to">
          <NumberInput
            aria-label="mass density of the structure"
            data-testid="structure-density-value"
            value={roi.density}
            min={0}
            max={24}
            step={0.01}
            decimals={4}
            unit="g/cm³"
            onChange={change}
          />
        </Field>
      )}
      {roi.density === undefined && (roi.type === 'SUPPORT' || roi.type === 'FIXATION') && (
        <p className="hint">Outside BODY it counts in dose only with a density.</p>
      )}
      {roi.type === 'BOLUS' && (
        <p className="hint">Counts for the beams that name it{roi.density === undefined && ', as water'}.</p>
      )}
    </>
  );
}
