import { useState } from 'react';
import { run } from '#renderer/commands/useShortcuts.ts';
import { changeRoi } from '#renderer/commands/contouring/changeRoi.ts';
import { deleteRoi } from '#renderer/commands/contouring/deleteRoi.ts';
import { nameProblem } from '#renderer/commands/contouring/rois.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { goTo } from '#renderer/viewports/viewStore.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Roi, RoiType } from '#shared/model/structures.ts';
import { DensityField } from './DensityField.tsx';
import { COMMON_TYPES } from '#shared/structures/sets/tg263.ts';

/** Name, type, density and the edits of the selected structure. */
export function StructureDetails() {
  const activeRoi = useContouring((state) => state.activeRoi);
  const locked = useContouring((state) => activeRoi !== null && state.locked.has(activeRoi));
  const roi = useDocument((state) => state.document?.structures.rois.find(({ number }) => number === activeRoi));
  if (roi === undefined)
    return (
      <Panel title="Selected structure">
        <p className="hint">Select a structure on the left to draw on it.</p>
      </Panel>
    );
  return (
    <Panel title="Selected structure">
      <NameField key={`${roi.number} ${roi.name}`} roi={roi} />
      <Field label="Type">
        <Select
          aria-label="type of the structure"
          value={roi.type === '' ? 'NONE' : roi.type}
          options={typeOptions(roi.type)}
          onChange={(type) => void run(changeRoi, roi.number, { type: type === 'NONE' ? '' : type })}
        />
      </Field>
      <DensityField roi={roi} />
      <div className="button-row">
        <Button disabled={roi.contours.length === 0} onClick={() => centreOn(roi)}>
          Go to
        </Button>
        <Button
          kind="danger"
          disabled={locked}
          data-testid="delete-structure"
          onClick={() => void run(deleteRoi, roi.number)}
        >
          Delete
        </Button>
      </div>
    </Panel>
  );
}

function typeOptions(own: RoiType): { value: Exclude<RoiType, ''> | 'NONE'; label: string }[] {
  const types = COMMON_TYPES.includes(own) || own === '' ? COMMON_TYPES : [own, ...COMMON_TYPES];
  const named = types.filter((type) => type !== '').map((type) => ({ value: type, label: type }));
  return [{ value: 'NONE', label: '(none)' }, ...named];
}

function NameField({ roi }: { readonly roi: Roi }) {
  const structures = useDocument((state) => state.document?.structures);
  const [name, setName] = useState(roi.name);
  const problem = structures === undefined ? undefined : nameProblem(structures, name.trim(), roi.number);
  const commit = (): void => {
    if (problem !== undefined) setName(roi.name);
    else if (name.trim() !== roi.name) void run(changeRoi, roi.number, { name: name.trim() });
  };
  return (
    <Field label="Name" error={problem}>
      <input
        type="text"
        list="tg263-names"
        aria-label="name of the structure"
        data-testid="structure-name"
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') setName(roi.name);
        }}
      />
    </Field>
  );
}

function centreOn(roi: Roi): void {
  const centre = measureRoi(roi.contours)?.centroid;
  const [x, y, z] = roi.contours[0].points;
  goTo(centre ?? [x, y, z]);
}
