import { useState } from 'react';
import { run } from '#renderer/commands/useShortcuts.ts';
import { combineRois } from '#renderer/commands/contouring/derive/combineRois.ts';
import { marginRoi } from '#renderer/commands/contouring/derive/marginRoi.ts';
import { freeName } from '#renderer/commands/contouring/rois.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { useContouring } from '#renderer/tools/contourStore.ts';
import type { Roi, RoiType } from '#shared/model/structures.ts';
import type { BooleanOperation } from '#shared/structures/contours/rings.ts';

const MARGIN_LIMIT = 100;
const SIGNS: Record<BooleanOperation, string> = { union: '+', intersect: '&', subtract: '-', xor: '^' };

/** New structures from the selected one: a 3-D margin, or a combination with another. */
export function MarginPanel() {
  const activeRoi = useContouring((state) => state.activeRoi);
  const structures = useDocument((state) => state.document?.structures);
  const busy = useRunning((state) => state.work !== null);
  const [mm, setMm] = useState(5);
  const [operation, setOperation] = useState<BooleanOperation>('union');
  const [other, setOther] = useState('');
  const roi = structures?.rois.find(({ number }) => number === activeRoi);
  if (structures === undefined || roi === undefined || roi.contours.length === 0) return null;
  const others = structures.rois.filter(({ number, contours }) => number !== roi.number && contours.length > 0);
  const second = others.find(({ number }) => String(number) === other) ?? others[0];
  return (
    <Panel title="Made once, without a recipe">
      <Field label="Margin (3-D)">
        <NumberInput
          aria-label="margin"
          data-testid="margin-mm"
          value={mm}
          min={-MARGIN_LIMIT}
          max={MARGIN_LIMIT}
          unit="mm"
          onChange={setMm}
        />
        <Button
          data-testid="make-margin"
          disabled={busy}
          title="A new structure this far beyond the selected one in all directions (negative: inside; 0: a copy on the planning slices)"
          onClick={() =>
            void run(marginRoi, roi.number, mm, freeName(structures, marginName(roi, mm)), marginType(roi, mm))
          }
        >
          Make
        </Button>
      </Field>
      {second !== undefined && (
        <>
          <Field label="Combine">
            <Select
              aria-label="how to combine"
              value={operation}
              options={[
                { value: 'union', label: 'together with' },
                { value: 'intersect', label: 'common with' },
                { value: 'subtract', label: 'without' },
              ]}
              onChange={setOperation}
            />
          </Field>
          <Field label="">
            <Select
              aria-label="structure to combine with"
              value={String(second.number)}
              options={others.map(({ number, name }) => ({ value: String(number), label: name }))}
              onChange={setOther}
            />
            <Button
              disabled={busy}
              onClick={() =>
                void run(
                  combineRois,
                  operation,
                  roi.number,
                  second.number,
                  freeName(structures, `${roi.name}${SIGNS[operation]}${second.name}`),
                )
              }
            >
              Make
            </Button>
          </Field>
        </>
      )}
    </Panel>
  );
}

/** TG-263: a planning risk volume is NAME_PRVxx; a margin on a clinical target makes a PTV. */
function marginName({ name, type }: Roi, mm: number): string {
  if (mm > 0 && (type === 'CTV' || type === 'GTV')) return name.replace(/[cg]tv/i, 'PTV').replace(/^(?!.*PTV)/, 'PTV_');
  if (mm > 0 && type === 'ORGAN') return `${name}_PRV${String(Math.round(mm)).padStart(2, '0')}`;
  return mm === 0 ? `${name}_copy` : `${name}${mm > 0 ? '+' : ''}${mm}mm`;
}

function marginType({ type }: Roi, mm: number): RoiType {
  if (mm === 0) return type === 'EXTERNAL' ? 'CONTROL' : type;
  if (mm > 0 && (type === 'CTV' || type === 'GTV')) return 'PTV';
  if (type === 'ORGAN') return 'AVOIDANCE';
  return type === 'EXTERNAL' ? 'CONTROL' : type;
}
