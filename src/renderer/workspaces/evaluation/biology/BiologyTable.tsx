import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { css } from '#renderer/viewports/painters/ink.ts';
import type { Dvh } from '#shared/evaluation/dvh.ts';
import { bed, differentialDvh, eqd2Dvh, gEud, logisticResponse, ntcpLyman } from '#shared/evaluation/radiobiology.ts';
import { CONTROL_MODELS, lymanModelsOf } from '#shared/evaluation/responseModels.ts';
import type { Roi } from '#shared/model/structures.ts';
import { tg263NameFor } from '#shared/structures/sets/tg263.ts';
import { DashSample } from '../dock/PlanLegend.tsx';
import type { SubjectDvhs } from '../dock/useDvhs.ts';
import { alphaBetaOf, chooseBiology, exponentOf, isTarget, useBiology } from './biologyView.ts';

type Bins = ReturnType<typeof differentialDvh>;

interface ResponseModel {
  readonly label: string;
  readonly source: string;
  /** Of gEUD, as the model weighs dose; Lyman's 1 / n. */
  readonly exponent: number;
  /** Probability 0..1 of doses in fractions of 2 Gy. */
  readonly probability: (bins: Bins) => number;
}

/** The published models for a structure: of control for a target, of complications for an organ. */
function modelsFor(roi: Roi): readonly ResponseModel[] {
  if (isTarget(roi))
    return CONTROL_MODELS.map(({ name, d50, gamma50, source }) => ({
      label: name,
      source: `1 / (1 + (D50 / gEUD)^(4 γ50)), a = −10, D50 = ${d50} Gy, γ50 = ${gamma50} (${source}; Niemierko, Med. Phys. 26 (1999) 1100)`,
      exponent: -10,
      probability: (bins) => logisticResponse(bins, { d50, gamma50, a: -10 }),
    }));
  return lymanModelsOf(tg263NameFor(roi.name) ?? roi.name).map((model) => ({
    label: model.endpoint,
    source: `Lyman–Kutcher–Burman, n = ${model.n}, m = ${model.m}, TD50 = ${model.td50} Gy (${model.source})`,
    exponent: 1 / model.n,
    probability: (bins) => ntcpLyman(bins, model),
  }));
}

const FORMULAS = {
  alphaBeta:
    'Usual values, 10 Gy for targets and 3 Gy for organs (Fowler, Br. J. Radiol. 62 (1989) 679), to be changed for the tissue',
  eqd2: 'D · (d + α/β) / (2 Gy + α/β), voxel by voxel with d = D / fractions (Withers et al., Radiother. Oncol. 1 (1983) 187)',
  bed: 'D · (1 + d / (α/β)) of the mean dose (Fowler, Br. J. Radiol. 62 (1989) 679)',
  gEud: '(Σ vᵢ · Dᵢᵃ)^(1/a) of the dose as given (Niemierko, Med. Phys. 26 (1999) 1100)',
};

const NOTHING = 'none';

/** Equivalent doses and responses of every structure, plan by plan. */
export function BiologyTable({
  rois,
  plans,
}: {
  readonly rois: readonly Roi[];
  readonly plans: readonly SubjectDvhs[];
}) {
  const chosen = useBiology();
  return (
    <table className="table statistics" data-testid="biology">
      <thead>
        <tr>
          <th>Structure</th>
          <th title={FORMULAS.alphaBeta}>α/β</th>
          <th title={FORMULAS.gEud}>a</th>
          <th>TCP or NTCP of</th>
          <th>Plan</th>
          <th className="numeric" title={FORMULAS.eqd2}>
            EQD2 mean Gy
          </th>
          <th className="numeric" title={FORMULAS.eqd2}>
            EQD2 D2 % Gy
          </th>
          <th className="numeric" title={FORMULAS.bed}>
            BED of mean Gy
          </th>
          <th className="numeric" title={FORMULAS.gEud}>
            gEUD Gy
          </th>
          <th className="numeric">Probability</th>
        </tr>
      </thead>
      <tbody>
        {rois
          .filter(({ type }) => type !== 'EXTERNAL' && type !== 'SUPPORT' && type !== 'BOLUS')
          .flatMap((roi) => {
            const models = modelsFor(roi);
            const usual = isTarget(roi) ? NOTHING : (models[0]?.label ?? NOTHING);
            const model = models.find(({ label }) => label === (chosen.model.get(roi.name) ?? usual));
            const alphaBeta = alphaBetaOf(chosen.alphaBeta, roi);
            const exponent = exponentOf(chosen.exponent, roi, model?.exponent);
            return plans.map(({ subject, dvhs }, place) => {
              const dvh = dvhs.get(roi.number);
              const fractions = subject.plan?.fractions;
              const cells =
                dvh === undefined || fractions === undefined
                  ? undefined
                  : values(dvh, fractions, alphaBeta, exponent, model);
              return (
                <tr key={`${roi.number} ${subject.index}`} className={place === 0 ? 'first-of-structure' : ''}>
                  {place === 0 ? (
                    <>
                      <td>
                        <span className="dvh-name">
                          <i style={{ background: css(roi.color) }} /> {roi.name}
                        </span>
                      </td>
                      <td>
                        <NumberInput
                          aria-label={`alpha/beta of ${roi.name}`}
                          value={alphaBeta}
                          min={0.1}
                          max={100}
                          decimals={1}
                          step={0.5}
                          unit="Gy"
                          onChange={(value) => chooseBiology('alphaBeta', roi.name, value)}
                        />
                      </td>
                      <td>
                        <NumberInput
                          aria-label={`exponent of ${roi.name}`}
                          value={exponent}
                          min={-100}
                          max={100}
                          decimals={1}
                          unit=""
                          onChange={(value) => chooseBiology('exponent', roi.name, value)}
                        />
                      </td>
                      <td title={model?.source}>
                        {models.length === 0 ? (
                          <span className="hint">no published set</span>
                        ) : (
                          <Select
                            aria-label={`response model of ${roi.name}`}
                            value={model?.label ?? NOTHING}
                            options={[
                              { value: NOTHING, label: 'none' },
                              ...models.map(({ label }) => ({ value: label, label })),
                            ]}
                            onChange={(label) => chooseBiology('model', roi.name, label)}
                          />
                        )}
                      </td>
                    </>
                  ) : (
                    <td colSpan={4} />
                  )}
                  <td title={subject.stale}>
                    {plans.length > 1 && <DashSample subject={subject} />} {subject.name}
                  </td>
                  {(cells ?? ['–', '–', '–', '–', '–']).map((text, n) => (
                    <td key={n} className="numeric" title={n === 4 ? model?.source : undefined}>
                      {text}
                    </td>
                  ))}
                </tr>
              );
            });
          })}
      </tbody>
    </table>
  );
}

/** EQD2 of mean and near-maximum, BED, gEUD and probability as text; “–” without fractions. */
function values(
  dvh: Dvh,
  fractions: number,
  alphaBeta: number,
  exponent: number,
  model: ResponseModel | undefined,
): readonly string[] | undefined {
  if (!(fractions > 0) || !(dvh.volume > 0)) return undefined;
  const equivalent = eqd2Dvh(dvh, fractions, alphaBeta);
  const probability = model?.probability(differentialDvh(equivalent));
  return [
    equivalent.mean.toFixed(2),
    equivalent.doseAtVolume(2).toFixed(2),
    bed(dvh.mean, fractions, alphaBeta).toFixed(2),
    exponent === 0 ? '–' : gEud(differentialDvh(dvh), exponent).toFixed(2),
    probability === undefined || Number.isNaN(probability) ? '–' : `${(100 * probability).toFixed(1)} %`,
  ];
}
