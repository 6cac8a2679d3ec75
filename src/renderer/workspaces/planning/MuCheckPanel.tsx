import { useDocument } from '#renderer/document/store.ts';
import { Panel } from '#renderer/kit/Panel.tsx';
import { compositeWords } from '#shared/dosimetry/muCheck/compositeWords.ts';
import type { BeamMuCheck, UncheckedBeam } from '#shared/dosimetry/muCheck/muCheck.ts';

type Check = BeamMuCheck | UncheckedBeam;

const VERDICTS = { within: 'agrees', review: 'look into it', stop: 'explain before treating' } as const;

/** The check of a beam as last computed; undefined when there is none, or when it is not of the plan on screen. */
export const useMuCheck = (beamNumber: number): Check | undefined =>
  useDocument(({ document }) =>
    document?.doseStale === undefined
      ? document?.doseBasis?.muCheck?.find((check) => check.beamNumber === beamNumber)
      : undefined,
  );

/** Signed difference in per cent, for a cell. */
export const differenceText = ({ difference }: BeamMuCheck): string =>
  `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(1)}`;

/** Monitor units of each beam against a calculation by factors that shares nothing with the dose engine. */
export function MuCheckPanel() {
  const checks = useDocument(({ document }) =>
    document?.doseStale === undefined ? document?.doseBasis?.muCheck : undefined,
  );
  const beams = useDocument((state) => state.document?.plan?.beams) ?? [];
  const nameOf = (number: number): string => beams.find((beam) => beam.number === number)?.name ?? String(number);
  return (
    <Panel title="MU check">
      {checks === undefined || checks.length === 0 ? (
        <p className="hint">Follows each computed dose: a second calculation by tables (TG-114).</p>
      ) : (
        <table className="table mu-check" data-testid="mu-check">
          <thead>
            <tr>
              <th>Beam</th>
              <th className="numeric" title="Dose of one fraction at the reference point, from the engine">
                Gy
              </th>
              <th className="numeric" title="The same by factors">
                Check Gy
              </th>
              <th className="numeric">Diff. %</th>
            </tr>
          </thead>
          <tbody>
            {checks.map((check) => (
              <CheckRow key={check.beamNumber} check={check} name={nameOf(check.beamNumber)} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function CheckRow({ check, name }: { readonly check: Check; readonly name: string }) {
  if (!('verdict' in check))
    return (
      <tr>
        <td>{name}</td>
        <td colSpan={3} className="warning-text">
          not checked: {check.unchecked}
        </td>
      </tr>
    );
  const { engineDose, checkDose, checkMu, level, verdict, remarks, composite } = check;
  const judgedBy = composite === undefined ? [] : [compositeWords(composite)];
  return (
    <>
      <tr data-testid="mu-check-beam" data-verdict={verdict} title={`by factors ${checkMu.toFixed(1)} MU`}>
        <td>{name}</td>
        <td className="numeric">{engineDose.toFixed(3)}</td>
        <td className="numeric">{checkDose.toFixed(3)}</td>
        <td className={`numeric ${verdict}`}>{differenceText(check)}</td>
      </tr>
      {(verdict !== 'within' || remarks.length > 0 || composite !== undefined) && (
        <tr className="mu-check-remark">
          <td colSpan={4}>{[`${VERDICTS[verdict]} (level ${level} %)`, ...judgedBy, ...remarks].join('; ')}</td>
        </tr>
      )}
    </>
  );
}
