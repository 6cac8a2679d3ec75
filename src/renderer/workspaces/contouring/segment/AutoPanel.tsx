import { useState } from 'react';
import { segmentAutomatic } from '#renderer/commands/contouring/segment/segmentAutomatic.ts';
import { sameStructure, segmentMake } from '#renderer/commands/contouring/segment/segmentMake.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { forgetFinds, type ShownFind, toggleFind, useAutomatic } from '#renderer/tools/segment/automaticStore.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { ORGANS, type Organ } from '#shared/segmentation/automatic/found.ts';
import { ModelRow } from './ModelRow.tsx';
import { ServiceRow } from './ServiceRow.tsx';
import './segment.css';

const LABELS: Readonly<Record<Organ, string>> = {
  body: 'Body',
  lungs: 'Lungs',
  trachea: 'Trachea',
  bones: 'Bones',
  canal: 'Spinal canal',
  couch: 'Couch',
  eyes: 'Eyes, lenses',
};

/** Organs looked for in the CT by image analysis; what is found is made only when ticked. */
export function AutoPanel() {
  const unit = useDocument((state) => state.document?.primary.unit);
  const structures = useDocument((state) => state.document?.structures);
  const busy = useRunning((state) => state.work !== null);
  const { found } = useAutomatic();
  const [organs, setOrgans] = useState<ReadonlySet<Organ>>(new Set(['body', 'lungs', 'bones', 'canal', 'couch']));
  const toggle = (organ: Organ): void => {
    const next = new Set(organs);
    if (!next.delete(organ)) next.add(organ);
    setOrgans(next);
  };
  if (structures === undefined) return null;
  return (
    <FoldPanel title="Automatic" open data-testid="auto-panel">
      <div className="organ-grid">
        {ORGANS.map((organ) => (
          <Checkbox
            key={organ}
            data-testid={`organ-${organ}`}
            checked={organs.has(organ)}
            onChange={() => toggle(organ)}
          >
            {LABELS[organ]}
          </Checkbox>
        ))}
      </div>
      <Button
        kind="primary"
        data-testid="find-structures"
        disabled={busy || unit !== 'HU' || organs.size === 0}
        title={unit === 'HU' ? 'Looks for them in the CT; nothing is made yet' : 'needs a CT in Hounsfield units'}
        onClick={() =>
          void run(
            segmentAutomatic,
            ORGANS.filter((organ) => organs.has(organ)),
          )
        }
      >
        Find
      </Button>
      <ModelRow busy={busy} />
      <ServiceRow busy={busy} />
      {found !== null && <Finds found={found} structures={structures} busy={busy} />}
    </FoldPanel>
  );
}

interface FindsProps {
  readonly found: readonly ShownFind[];
  readonly structures: StructureSet;
  readonly busy: boolean;
}

function Finds({ found, structures, busy }: FindsProps) {
  const { ticked, replacing } = useAutomatic();
  const chosen = found.filter(({ name, contours }) => ticked.has(name) && contours.length > 0);
  const make = (): void => {
    void run(
      segmentMake,
      chosen.map((find) => ({ ...find, replaces: replacing.has(find.name) })),
    ).then(forgetFinds);
  };
  return (
    <>
      <ul className="finds" data-testid="finds">
        {found.map((find) => (
          <FindRow key={find.name} find={find} old={sameStructure(structures, find)?.name} />
        ))}
      </ul>
      <div className="button-row">
        <Button kind="primary" data-testid="make-finds" disabled={busy || chosen.length === 0} onClick={make}>
          Make {chosen.length === 0 ? 'ticked' : chosen.length}
        </Button>
        <Button kind="quiet" onClick={forgetFinds}>
          Drop
        </Button>
      </div>
      <p className="hint">
        Confidence says how much of what is expected was seen. Look at every structure before it is used.
      </p>
    </>
  );
}

function FindRow({ find, old }: { readonly find: ShownFind; readonly old?: string }) {
  const { ticked, replacing } = useAutomatic();
  const { name, contours, confidence, reasons } = find;
  const none = contours.length === 0;
  const doubts = reasons.filter((reason) => reason.startsWith('not '));
  return (
    <li data-testid="find" data-name={name} data-confidence={confidence}>
      <div className="find-head" title={reasons.join('\n')}>
        <Checkbox
          aria-label={name}
          checked={!none && ticked.has(name)}
          disabled={none}
          onChange={() => toggleFind('ticked', name)}
        >
          {name}
        </Checkbox>
        <span className={none ? 'hint' : (confidence ?? 1) < 0.6 ? 'warning-text' : ''}>
          {none ? 'not found' : confidence === undefined ? 'found' : `${Math.round(100 * confidence)} %`}
        </span>
      </div>
      {(none || doubts.length > 0) && <small className="hint">{none ? reasons[0] : doubts.join('; ')}</small>}
      {old !== undefined && !none && ticked.has(name) && (
        <Checkbox checked={replacing.has(name)} onChange={() => toggleFind('replacing', name)}>
          replace {old} (else a new one is made)
        </Checkbox>
      )}
    </li>
  );
}
