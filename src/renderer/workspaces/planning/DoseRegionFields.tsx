import { useDoseSettings } from '#renderer/commands/planning/doseSettings.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';

const ALL = 'all';

/** Where dose is reported: in all of the patient, or within a margin of a structure. */
export function DoseRegionFields() {
  const { around, margin } = useDoseSettings();
  const rois = useDocument((state) => state.document?.structures.rois) ?? [];
  const drawn = rois.filter((roi) => roi.contours.length > 0 && roi.type !== 'EXTERNAL');
  const chosen = drawn.some(({ number }) => number === around) ? String(around) : ALL;
  return (
    <>
      <Field label="Region">
        <Select
          aria-label="region of the dose"
          data-testid="dose-region"
          value={chosen}
          options={[
            { value: ALL, label: 'whole body' },
            ...drawn.map(({ number, name }) => ({ value: String(number), label: `around ${name}` })),
          ]}
          onChange={(value) => useDoseSettings.setState({ around: value === ALL ? undefined : Number(value) })}
        />
      </Field>
      {chosen !== ALL && (
        <Field label="Margin">
          <NumberInput
            aria-label="margin of the dose region"
            value={margin}
            min={0}
            max={500}
            unit="mm"
            onChange={(value) => useDoseSettings.setState({ margin: value })}
          />
        </Field>
      )}
    </>
  );
}
