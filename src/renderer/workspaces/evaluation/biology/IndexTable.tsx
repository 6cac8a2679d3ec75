import type { Dvh } from '#shared/evaluation/dvh.ts';
import {
  conformityPaddick,
  conformityRtog,
  gradientIndex,
  homogeneityIcru83,
  isodoseVolumes,
  spillR50,
} from '#shared/evaluation/indices.ts';
import type { Roi } from '#shared/model/structures.ts';
import { css } from '#renderer/viewports/painters/ink.ts';
import { DashSample } from '../dock/PlanLegend.tsx';
import type { SubjectDvhs } from '../dock/useDvhs.ts';
import { isTarget } from './biologyView.ts';
import { type PrescriptionIsodoses, useIsodoses } from './useIsodoses.ts';

interface IndexColumn {
  readonly title: string;
  readonly formula: string;
  readonly value: (dvh: Dvh, prescribed: number, isodoses: PrescriptionIsodoses) => number;
  readonly unit?: string;
}

const volumes = (dvh: Dvh, prescribed: number, { full }: PrescriptionIsodoses) =>
  isodoseVolumes(dvh, full.volume, prescribed);

const COLUMNS: readonly IndexColumn[] = [
  {
    title: 'Coverage',
    formula: 'Volume of the target that gets the prescription at least, V100 %',
    value: (dvh, prescribed) => dvh.volumeAtDose(prescribed),
    unit: '%',
  },
  {
    title: 'CI RTOG',
    formula: 'Prescription isodose volume / target volume (Shaw et al., IJROBP 27 (1993) 1231)',
    value: (...all) => conformityRtog(volumes(...all)),
  },
  {
    title: 'CI Paddick',
    formula:
      '(target volume in the isodose)² / (target volume · isodose volume) (Paddick, J. Neurosurg. 93 Suppl 3 (2000) 219)',
    value: (...all) => conformityPaddick(volumes(...all)),
  },
  { title: 'HI', formula: '(D2 % − D98 %) / D50 % (ICRU Report 83, 3.7.1)', value: (dvh) => homogeneityIcru83(dvh) },
  {
    title: 'GI',
    formula:
      'Volume of half the prescription / volume of the prescription (Paddick and Lippitz, J. Neurosurg. 105 Suppl (2006) 194)',
    value: (_dvh, _prescribed, { full, half }) => gradientIndex(half.volume, full.volume),
  },
  {
    title: 'R50',
    formula: 'Volume of half the prescription / target volume (RTOG 0813, section 6)',
    value: (dvh, _prescribed, { half }) => spillR50(half.volume, dvh.volume),
  },
];

/** Plan indices of every target, plan by plan. */
export function IndexTable({ rois, plans }: { readonly rois: readonly Roi[]; readonly plans: readonly SubjectDvhs[] }) {
  const isodoses = useIsodoses(plans);
  const targets = rois.filter(isTarget);
  if (targets.length === 0)
    return <p className="hint">No targets: indices need a structure of type GTV, CTV or PTV.</p>;
  const open = plans.filter(({ subject }) => subject.dose !== undefined && isodoses.get(subject.dose)?.half.open);
  return (
    <>
      <table className="table statistics" data-testid="indices">
        <thead>
          <tr>
            <th>Target</th>
            <th>Plan</th>
            {COLUMNS.map(({ title, formula }) => (
              <th key={title} className="numeric" title={formula}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {targets.flatMap((roi) =>
            plans.map(({ subject, dvhs }, place) => {
              const dvh = dvhs.get(roi.number);
              const prescribed = subject.plan?.prescription?.dose;
              const found = subject.dose === undefined ? undefined : isodoses.get(subject.dose);
              return (
                <tr key={`${roi.number} ${subject.index}`} className={place === 0 ? 'first-of-structure' : ''}>
                  <td>
                    {place === 0 && (
                      <span className="dvh-name">
                        <i style={{ background: css(roi.color) }} /> {roi.name}
                      </span>
                    )}
                  </td>
                  <td title={subject.stale}>
                    {plans.length > 1 && <DashSample subject={subject} />} {subject.name}
                    {prescribed !== undefined && <small className="hint"> {prescribed.toFixed(2)} Gy</small>}
                  </td>
                  {COLUMNS.map(({ title, formula, value, unit = '' }) => (
                    <td key={title} className="numeric" title={formula}>
                      {dvh === undefined || prescribed === undefined || found === undefined
                        ? '–'
                        : numberText(value(dvh, prescribed, found), unit)}
                    </td>
                  ))}
                </tr>
              );
            }),
          )}
        </tbody>
      </table>
      {open.map(({ subject }) => (
        <p key={subject.index} className="warning-text">
          {subject.name}: half the prescription reaches the border of the dose grid, GI and R50 are too small.
        </p>
      ))}
    </>
  );
}

const numberText = (value: number, unit: string): string =>
  Number.isFinite(value) ? `${value.toFixed(unit === '%' ? 1 : 3)}${unit === '' ? '' : ` ${unit}`}` : '–';
