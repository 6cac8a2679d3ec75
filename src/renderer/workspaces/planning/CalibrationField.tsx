import { memo, useRef } from 'react';
import { chosenCalibration, useDoseSettings } from '#renderer/commands/planning/doseSettings.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { parseCalibrationCsv, scannerRemark } from '#shared/dosimetry/patient/ctCalibration.ts';
import { calibrationNames, calibrationOfScanner } from '#shared/dosimetry/machine/machines.ts';
import type { ImageVolume } from '#shared/model/image.ts';

const AUTOMATIC = '';

/** Which calibration makes densities of the CT's HU: that of its scanner, another, or one from a file. */
export const CalibrationField = memo(function CalibrationField({ image }: { readonly image: ImageVolume }) {
  const settings = useDoseSettings();
  const file = useRef<HTMLInputElement>(null);
  const remark = scannerRemark(chosenCalibration(settings, image), image.scanner);
  const names = [...calibrationNames(), ...settings.loaded.map(({ name }) => name)];
  return (
    <>
      <Field label="CT calibration">
        <Select
          aria-label="CT calibration"
          data-testid="ct-calibration"
          value={settings.calibration ?? AUTOMATIC}
          options={[
            { value: AUTOMATIC, label: `by scanner: ${calibrationOfScanner(image.scanner).name}` },
            ...names.map((name) => ({ value: name, label: name })),
          ]}
          onChange={(value) => useDoseSettings.setState({ calibration: value === AUTOMATIC ? undefined : value })}
        />
      </Field>
      <input
        ref={file}
        type="file"
        accept=".csv,text/csv"
        hidden
        aria-label="CT calibration file"
        data-testid="calibration-file"
        onChange={(event) => {
          void load(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <Button kind="quiet" title="CSV with the header HU,density (g/cm³)" onClick={() => file.current?.click()}>
        Load a calibration…
      </Button>
      {remark !== undefined && <p className="warning-text">{remark}</p>}
    </>
  );
});

async function load(file: File | undefined): Promise<void> {
  if (file === undefined) return;
  try {
    const calibration = parseCalibrationCsv(await file.text(), file.name);
    useDoseSettings.setState(({ loaded }) => ({
      loaded: [...loaded.filter(({ name }) => name !== calibration.name), calibration],
      calibration: calibration.name,
    }));
  } catch (error) {
    toast(errorWords(error), 'error');
  }
}
