/** What a series of images says of itself, as the archive lists it. */
export interface ListedSeries {
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly modality: string;
  readonly seriesDescription: string;
  readonly frameOfReferenceUid: string;
  readonly instanceCount: number;
}

interface Phase<S extends ListedSeries = ListedSeries> {
  readonly series: S;
  /** Place in the breathing cycle as the description has it: per cent, or a phase's number. */
  readonly place: number;
  /** "30 %", "phase 3". */
  readonly label: string;
  /** Which phase of its series it is, from 0, where one series holds them all. */
  readonly within?: number;
}

/** The phases of one 4D acquisition, in the order of the cycle. */
export interface PhaseSet<S extends ListedSeries = ListedSeries> {
  /** The description without the phase. */
  readonly name: string;
  readonly phases: readonly Phase<S>[];
}

/** How makers write a phase into Series Description: "30.0%", "T=30", "Phase 3", "resp_30", "Gated 30.0". */
const PATTERNS: readonly { readonly pattern: RegExp; readonly percent: boolean }[] = [
  { pattern: /(\d{1,3}(?:\.\d+)?)\s*%/, percent: true },
  { pattern: /\b(?:phase|bin)[\s_:=-]*(\d{1,3}(?:\.\d+)?)(?![\d.])/i, percent: false },
  { pattern: /(?:\b|_)(?:t|p|resp(?:iratory)?|gated|insp|exp)[\s_:=-]*(\d{1,3}(?:\.\d+)?)(?![\d.])/i, percent: true },
];

/** Fewer series than this are no cycle. */
const FEWEST = 3;

/**
 * 4D acquisitions among a patient's series: CT series of one study and frame of reference, of as many images each, whose descriptions
 * differ in nothing but a phase, which no two share. A number that no pattern explains makes no phase: reconstructions with
 * different kernels would pass for breathing.
 */
export function findPhases<S extends ListedSeries>(all: readonly S[]): PhaseSet<S>[] {
  const groups = new Map<string, { readonly name: string; readonly phases: Phase<S>[] }>();
  for (const series of all) {
    if (series.modality !== 'CT' || series.frameOfReferenceUid === '') continue;
    const found = phaseIn(series.seriesDescription);
    if (found === undefined) continue;
    const { name, place, label } = found;
    const key = [series.studyInstanceUid, series.frameOfReferenceUid, series.instanceCount, name].join('\n');
    const group = groups.get(key) ?? { name, phases: [] };
    groups.set(key, group);
    group.phases.push({ series, place, label });
  }
  return [...groups.values()]
    .filter(({ phases }) => phases.length >= FEWEST && new Set(phases.map(({ place }) => place)).size === phases.length)
    .map(({ name, phases }) => ({ name, phases: phases.toSorted((a, b) => a.place - b.place) }));
}

/** The phases of one series that holds `count` of them. */
export const phasesWithin = <S extends ListedSeries>(series: S, count: number): PhaseSet<S> => ({
  name: series.seriesDescription,
  phases: Array.from({ length: count }, (_, within) => ({
    series,
    place: within + 1,
    label: `phase ${within + 1}`,
    within,
  })),
});

function phaseIn(description: string): { name: string; place: number; label: string } | undefined {
  for (const { pattern, percent } of PATTERNS) {
    const match = pattern.exec(description);
    if (match === null) continue;
    const place = Number(match[1]);
    if (percent && place > 100) continue;
    const name = description.replace(match[0], ' ').replace(/\s+/g, ' ').trim();
    return { name, place, label: percent ? `${place} %` : `phase ${place}` };
  }
  return undefined;
}
