import { type Route, type RouteAttribute, route as routeSchema } from '#shared/contract/rpc/routing.ts';

/** A rule as it is being typed: lists as text, numbers as text. */
export type RouteDraft = Omit<Route, 'modalities' | 'sopClasses' | 'quietSeconds'> & {
  readonly modalities: string;
  readonly sopClasses: string;
  readonly quietSeconds: string;
};

export const newRoute = (id: string, node: string): Route =>
  routeSchema.parse({ id, name: 'New rule', enabled: true, node });

export const draftOf = (route: Route): RouteDraft => ({
  ...route,
  modalities: route.modalities.join(', '),
  sopClasses: route.sopClasses.join(', '),
  quietSeconds: String(route.quietSeconds),
});

const list = (text: string): string[] => text.split(/[,\s]+/).filter((word) => word !== '');

/** The rule, or what the contract has against it. */
export const parseDraft = (draft: RouteDraft) =>
  routeSchema.safeParse({
    ...draft,
    modalities: list(draft.modalities.toUpperCase()),
    sopClasses: list(draft.sopClasses),
    quietSeconds: /^\d+$/.test(draft.quietSeconds.trim()) ? Number(draft.quietSeconds) : Number.NaN,
  });

/** `StationName` → `Station name`. */
export const attributeText = (keyword: RouteAttribute): string => {
  const words = keyword.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words[0].toUpperCase() + words.slice(1);
};

const or = (words: readonly string[]): string => words.join(' or ');

/** What a rule takes, in words. */
export function conditionText(route: Route): string {
  const { from, modalities, sopClasses, patientId, attributes } = route;
  const parts = [
    modalities.length === 0 ? 'everything' : or(modalities),
    from === '*' ? 'from any DICOM node' : `from ${from}`,
    sopClasses.length === 0 ? '' : `SOP class ${or(sopClasses)}`,
    patientId === '*' ? '' : `patient ID ${patientId}`,
    ...attributes.map(({ keyword, pattern }) => `${attributeText(keyword).toLowerCase()} ${pattern}`),
  ];
  return parts.filter((part) => part !== '').join(', ');
}
