import type { Agreement } from '#shared/structures/agreement/agreement.ts';
import type { ComparedPair } from './agreementCsv.ts';

const ROWS: readonly (readonly [label: string, title: string, value: (agreement: Agreement) => string])[] = [
  ['Volume', 'of the structure', ({ volume }) => `${volume.toFixed(2)} cm³`],
  ['Reference', 'volume of the reference', ({ referenceVolume }) => `${referenceVolume.toFixed(2)} cm³`],
  ['Dice', 'twice the common volume over the sum of both', ({ dice }) => dice.toFixed(3)],
  ['HD 95 %', 'Hausdorff distance of 95 % of the surfaces', ({ hausdorff95 }) => `${hausdorff95.toFixed(1)} mm`],
  ['HD max', 'Hausdorff distance', ({ hausdorff }) => `${hausdorff.toFixed(1)} mm`],
  ['MSD', 'mean distance of the surfaces', ({ meanSurfaceDistance }) => `${meanSurfaceDistance.toFixed(2)} mm`],
  [
    'APL',
    'added path length: how much of the reference’s outline would have to be drawn anew',
    ({ addedPathLength }) => `${(addedPathLength / 10).toFixed(1)} cm`,
  ],
];

/** What each comparison gave. */
export function AgreementTable({ pairs }: { readonly pairs: readonly ComparedPair[] }) {
  return (
    <div data-testid="agreement">
      {pairs.map((pair) => (
        <table key={`${pair.name} ${pair.referenceName}`} className="agreement" data-name={pair.name}>
          <caption>
            {pair.name} – {pair.referenceName} <small>{pair.referenceSet}</small>
          </caption>
          <tbody>
            {ROWS.map(([label, title, value]) => (
              <tr key={label} title={title}>
                <th scope="row">{label}</th>
                <td>{value(pair.agreement)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
