import type { InstanceSummary, PatientTree, SeriesSummary, StudySummary } from '#shared/contract/rpc/patients.ts';

/** A series with the study it belongs to. */
export interface PlacedSeries {
  readonly series: SeriesSummary;
  readonly study: StudySummary;
}

export interface PlacedObject extends PlacedSeries {
  readonly object: InstanceSummary;
}

/** What a patient opens with. */
export interface Selection {
  readonly primary: PlacedSeries;
  readonly secondary?: PlacedSeries;
  readonly structures?: PlacedObject;
  /** UIDs of the structure sets that one was edited from, as far as they are in the archive. */
  readonly structureAncestors: readonly string[];
  readonly plan?: PlacedObject;
  /** Doses of the plan, newest first; which of them is the plan's total shows only when they are read. */
  readonly doses: readonly PlacedObject[];
  /** The other plans on that image, newest first, with their doses. */
  readonly others: readonly PlacedPlan[];
}

interface PlacedPlan {
  readonly plan: PlacedObject;
  /** Newest first. */
  readonly doses: readonly PlacedObject[];
}

const IMAGES: readonly string[] = ['CT', 'MR', 'PT'];

export const allSeries = (tree: PatientTree): PlacedSeries[] =>
  tree.tree.flatMap((study) => study.series.map((series) => ({ series, study })));

export const objectsOf = (tree: PatientTree, modality: string): PlacedObject[] =>
  allSeries(tree)
    .filter(({ series }) => series.modality === modality)
    .flatMap(({ series, study }) => series.objects.map((object) => ({ series, study, object })))
    .sort(newestObjectFirst);

/** What structures can be read from: structure sets, newest first, then segmentations. */
export const structureObjects = (tree: PatientTree): PlacedObject[] => [
  ...objectsOf(tree, 'RTSTRUCT'),
  ...objectsOf(tree, 'SEG'),
];

/** Image series that can become a volume, newest first. */
export const imageSeries = (tree: PatientTree): PlacedSeries[] =>
  allSeries(tree)
    .filter(({ series }) => IMAGES.includes(series.modality) && series.instanceCount > 0)
    .sort(newestFirst);

const dateOf = ({ series, study }: PlacedSeries): string => `${series.seriesDate || study.studyDate}${study.studyTime}`;
/** Newer date first; of equal dates the series with more slices (a localizer is not the planning CT). */
const newestFirst = (a: PlacedSeries, b: PlacedSeries): number =>
  dateOf(b).localeCompare(dateOf(a)) || b.series.instanceCount - a.series.instanceCount;
const newestObjectFirst = (a: PlacedObject, b: PlacedObject): number =>
  b.object.received.localeCompare(a.object.received) || dateOf(b).localeCompare(dateOf(a));

const isVolume = ({ series }: PlacedSeries): boolean => series.instanceCount >= 3;
const about = ({ object }: PlacedObject, seriesUid: string): boolean =>
  object.references?.series.includes(seriesUid) === true;
const names = ({ object }: PlacedObject, sopInstanceUid: string | undefined): boolean =>
  sopInstanceUid !== undefined && object.references?.instances.includes(sopInstanceUid) === true;

/** What the user asked for by name; the rest is chosen to fit it. */
export interface Wish {
  /** Series Instance UID of the primary image. */
  readonly series?: string;
  /** SOP Instance UID of a structure set or plan. */
  readonly object?: string;
}

/**
 * The newest CT (else the newest image) with the newest plan made on it, that plan's structure set and dose; without a plan the
 * newest structure set on it. The second image is the newest MR, then PET, preferring one in the same frame of reference or study.
 * Every choice follows references the archive resolved, never names. `undefined` when the patient has no image. Plans that are
 * `superseded` by others, by UID, are left aside unless they are wished for.
 */
export function chooseObjects(
  tree: PatientTree,
  wish: Wish = {},
  superseded: ReadonlySet<string> = new Set(),
): Selection | undefined {
  const images = imageSeries(tree);
  const volumes = images.some(isVolume) ? images.filter(isVolume) : images;
  const allSets = structureObjects(tree);
  const allPlans = objectsOf(tree, 'RTPLAN');
  const wishedPlan = allPlans.find(({ object }) => object.sopInstanceUid === wish.object);
  const wishedSet = allSets.find(
    (set) =>
      set.object.sopInstanceUid === wish.object ||
      (wishedPlan !== undefined && names(wishedPlan, set.object.sopInstanceUid)),
  );
  const isCt = ({ series }: PlacedSeries): boolean => series.modality === 'CT';
  const primary =
    images.find(({ series }) => series.seriesInstanceUid === wish.series) ??
    [wishedSet, wishedPlan].flatMap((wished) =>
      wished === undefined ? [] : images.filter(({ series }) => about(wished, series.seriesInstanceUid)),
    )[0] ??
    volumes.find(isCt) ??
    images.find(isCt) ??
    volumes[0];
  if (primary === undefined) return undefined;
  const uid = primary.series.seriesInstanceUid;

  const sets = wishedSet === undefined ? allSets.filter((set) => about(set, uid)) : [wishedSet];
  const current = allPlans.filter(({ object }) => !superseded.has(object.sopInstanceUid));
  const onSets = (candidate: PlacedObject): boolean => sets.some((set) => names(candidate, set.object.sopInstanceUid));
  // A structure set asked for by itself opens without the plans made on it; a plan always opens with its own structure set.
  const plan = wishedPlan ?? (wishedSet === undefined ? current.find(onSets) : undefined);
  const structures = plan === undefined ? sets[0] : allSets.find((set) => names(plan, set.object.sopInstanceUid));
  return {
    primary,
    secondary: secondImage(volumes, primary),
    structures,
    structureAncestors: structures === undefined ? [] : ancestorsOf(structures, allSets),
    plan,
    doses: dosesOf(tree, plan),
    others: current
      .filter((candidate) => candidate !== plan && (about(candidate, uid) || onSets(candidate)))
      .map((other) => ({ plan: other, doses: dosesOf(tree, other) })),
  };
}

const dosesOf = (tree: PatientTree, plan: PlacedObject | undefined): PlacedObject[] =>
  objectsOf(tree, 'RTDOSE').filter((dose) => names(dose, plan?.object.sopInstanceUid));

/** A structure set names no other one but its predecessor. */
function ancestorsOf(set: PlacedObject, sets: readonly PlacedObject[]): string[] {
  const found = new Set<string>();
  const follow = (one: PlacedObject): void => {
    for (const other of sets) {
      const uid = other.object.sopInstanceUid;
      if (other === set || found.has(uid) || !names(one, uid)) continue;
      found.add(uid);
      follow(other);
    }
  };
  follow(set);
  return [...found];
}

function secondImage(volumes: readonly PlacedSeries[], primary: PlacedSeries): PlacedSeries | undefined {
  const candidates = volumes.filter(
    ({ series }) =>
      series.seriesInstanceUid !== primary.series.seriesInstanceUid && series.modality !== primary.series.modality,
  );
  const rank = ({ series, study }: PlacedSeries): number =>
    (series.modality === 'MR' ? 4 : series.modality === 'PT' ? 2 : 0) +
    (series.frameOfReferenceUid === primary.series.frameOfReferenceUid ? 1 : 0) +
    (study.studyInstanceUid === primary.study.studyInstanceUid ? 0.5 : 0);
  return candidates.sort((a, b) => rank(b) - rank(a) || newestFirst(a, b))[0];
}
