import { fixed } from '#shared/geometry/fixed.ts';
import { useEffect } from 'react';
import { useStatus } from '#renderer/stores/statusStore.ts';
import { refreshSystemInfo, useSystemInfo } from '#renderer/stores/systemInfo.ts';
import { unitWords, valueAt } from '#renderer/viewports/plane/valueAt.ts';
import { useLayers } from '#renderer/viewports/layers/layers.ts';
import { useView } from '#renderer/viewports/viewStore.ts';

/** Position and values under the cursor (or at the crosshair), the latest message, and our own DICOM address. */
export function StatusBar() {
  const { text, level } = useStatus();
  return (
    <footer className="status-bar">
      <Readout />
      <span className={`status-message ${level}`} data-testid="status-message" role="status" title={text}>
        {text}
      </span>
      <ScpAddress />
    </footer>
  );
}

function Readout() {
  const cursor = useView((state) => state.cursor);
  const crosshair = useView((state) => state.crosshair);
  const primary = useLayers((state) => state.primary);
  const secondary = useLayers((state) => state.secondary);
  const wash = useLayers((state) => state.doseWash);
  if (primary === null) return <span className="readout" />;
  const point = cursor?.point ?? crosshair;
  const [x, y, z] = point.map((value) => fixed(value, 1));
  const first = valueAt(primary.image, point);
  return (
    <span
      className="readout"
      data-testid="readout"
      data-position={point.map((value) => value.toFixed(3)).join(',')}
      data-value={first ?? ''}
    >
      <span className="readout-position">
        <small className="hint">{cursor === null ? 'Crosshair' : 'Cursor'}</small> X {x} Y {y} Z {z} mm
      </span>
      <span>
        {primary.image.modality} {format(first, unitWords(primary.image))}
      </span>
      {secondary !== null && (
        <span className="fused" data-testid="readout-secondary">
          {secondary.image.modality} {format(valueAt(secondary.image, point), unitWords(secondary.image))}
        </span>
      )}
      {wash !== null && <span>Dose {format(valueAt({ ...wash.dose, slope: 1, intercept: 0 }, point), 'Gy')}</span>}
    </span>
  );
}

function format(value: number | undefined, unit: string): string {
  if (value === undefined) return '–';
  const digits =
    unit === 'HU'
      ? value.toFixed(0)
      : unit === 'Gy' || unit.startsWith('SUV')
        ? value.toFixed(2)
        : Number(value.toPrecision(5)).toString();
  return unit === '' ? digits : `${digits} ${unit}`;
}

function ScpAddress() {
  const info = useSystemInfo((state) => state.info);
  useEffect(() => void refreshSystemInfo(), []);
  if (info === null) return <span className="scp">no connection to the archive</span>;
  return (
    <span
      className="scp"
      data-testid="scp-address"
      title={`Archive ${info.archive}; version ${info.version} (${info.shell})`}
    >
      DICOM {info.aeTitle} @ {info.dicomBind}:{info.dicomPort}
    </span>
  );
}
