import type { Route, RouteAttribute } from '#shared/contract/rpc/routing.ts';

/** What the archive writes instead of an AE title where no DICOM node sent the object. */
const LOCAL_SOURCES: ReadonlySet<string> = new Set(['import', 'STOW-RS', 'demo']);

/** How the archive calls the source of an object whose row was lost: it may have come from anywhere. */
export const FOUND_ON_DISK = 'found on disk';

/** What rules look at without opening the object. */
export interface RoutedFacts {
  readonly source: string;
  readonly modality: string;
  readonly sopClassUid: string;
  readonly patientId: string;
}

/** Whether `text` fits a pattern with `*` and `?`, upper and lower case alike; time grows with the product of the lengths at most. */
export function fitsPattern(pattern: string, text: string): boolean {
  const [p, t] = [pattern.toLocaleUpperCase('en'), text.toLocaleUpperCase('en')];
  let [at, star, resume] = [0, -1, 0];
  for (let i = 0; i < t.length; ) {
    if (p[at] === '*') {
      star = at++;
      resume = i;
    } else if (at < p.length && (p[at] === '?' || p[at] === t[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (p[at] === '*') at++;
  return at === p.length;
}

function fitsSource(from: string, source: string): boolean {
  if (LOCAL_SOURCES.has(source)) return from === source;
  return source === FOUND_ON_DISK ? from === '*' : fitsPattern(from, source);
}

/** Whether a rule wants an object, as far as can be said without its file. */
export const fitsFacts = (route: Route, facts: RoutedFacts): boolean =>
  route.enabled &&
  fitsSource(route.from, facts.source) &&
  (route.modalities.length === 0 || route.modalities.includes(facts.modality)) &&
  (route.sopClasses.length === 0 || route.sopClasses.includes(facts.sopClassUid)) &&
  fitsPattern(route.patientId, facts.patientId);

/** Whether the rest of a rule fits; an absent attribute is an empty text. */
export const fitsAttributes = (route: Route, values: ReadonlyMap<RouteAttribute, string>): boolean =>
  route.attributes.every(({ keyword, pattern }) => fitsPattern(pattern, values.get(keyword) ?? ''));
