import type { ExportRequest } from '#shared/contract/rpc/deidentify.ts';

type Options = NonNullable<ExportRequest['deidentify']>;
type Flag = Exclude<keyof Options, 'dates' | 'patientId' | 'patientName'>;

/** What the user has chosen so far. */
export interface ExportDraft {
  readonly series: ReadonlySet<string>;
  readonly objects: ReadonlySet<string>;
  readonly isDeidentified: boolean;
  readonly options: Options;
  readonly secret: string;
}

/** What can be kept (PS3.15 E.3), in words. */
export const KEEPABLE: readonly { readonly flag: Flag; readonly label: string; readonly hint: string }[] = [
  { flag: 'labels', label: 'ROI names and plan labels', hint: 'where they hold no name or number of the patient' },
  { flag: 'descriptions', label: 'descriptions and comments', hint: 'in the same way' },
  { flag: 'patientCharacteristics', label: 'sex, age, size, weight', hint: 'SUV needs the weight' },
  { flag: 'device', label: 'machine names and serial numbers', hint: '' },
  { flag: 'institution', label: 'institution', hint: '' },
  { flag: 'safePrivate', label: 'private attributes known to be safe', hint: 'all others go' },
  { flag: 'structuredContent', label: 'content of structured reports', hint: 'their free text goes' },
  { flag: 'uids', label: 'original UIDs', hint: 'whoever has the originals can find them' },
  { flag: 'allowBurnedIn', label: 'images that may have writing in the pixels', hint: 'look at them first' },
];

export const DATES: readonly { readonly value: Options['dates']; readonly label: string }[] = [
  { value: 'remove', label: 'removed' },
  { value: 'shift', label: 'moved by the same days, times kept' },
  { value: 'keep', label: 'kept' },
];

export const FIRST_DRAFT: ExportDraft = {
  series: new Set(),
  objects: new Set(),
  isDeidentified: true,
  options: {
    dates: 'remove',
    patientCharacteristics: false,
    device: false,
    institution: false,
    uids: false,
    safePrivate: false,
    labels: true,
    descriptions: false,
    structuredContent: false,
    allowBurnedIn: false,
  },
  secret: '',
};

/** Why the draft cannot be exported; undefined when it can. */
export function problemOf({ series, objects, options, secret }: ExportDraft): string | undefined {
  if (series.size + objects.size === 0) return 'Choose what is to leave.';
  for (const [what, text] of [
    ['Patient ID', options.patientId],
    ['name', options.patientName],
  ] as const)
    if (text !== undefined && !/^[\x20-\x5b\x5d-\x7e]{1,64}$/.test(text)) return `The new ${what}: plain letters only.`;
  if (secret !== '' && secret.length < 16) return 'The secret has fewer than 16 characters.';
  return undefined;
}

export const exportRequest = (draft: ExportDraft, patientKey: string): ExportRequest => ({
  patientKey,
  series: [...draft.series],
  objects: [...draft.objects],
  ...(draft.isDeidentified ? { deidentify: draft.options } : {}),
  ...(draft.secret === '' ? {} : { secret: draft.secret }),
});

/** `PatientName replaced` → one line per kind of change, attributes in alphabetical order. */
export function changesByKind(changes: Readonly<Record<string, number>>): { kind: string; attributes: string[] }[] {
  const kinds = new Map<string, string[]>();
  for (const key of Object.keys(changes).sort()) {
    const at = key.lastIndexOf(' ');
    const kind = key.slice(at + 1);
    kinds.set(kind, [...(kinds.get(kind) ?? []), key.slice(0, at)]);
  }
  return [...kinds].map(([kind, attributes]) => ({ kind, attributes })).sort((a, b) => (a.kind < b.kind ? -1 : 1));
}
