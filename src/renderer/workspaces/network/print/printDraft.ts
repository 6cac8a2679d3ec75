import type { PrintRequest } from '#shared/contract/rpc/print.ts';

/** What the user has chosen so far. */
export interface PrintDraft {
  /** Series Instance UID, or a picture from a file. */
  readonly source: { readonly series: string } | { readonly title: string; readonly png: string };
  readonly from: number;
  readonly to: number;
  readonly every: number;
  readonly center: number;
  readonly width: number;
  readonly columns: number;
  readonly rows: number;
  readonly filmSize: string;
  readonly orientation: 'PORTRAIT' | 'LANDSCAPE';
  readonly trueSize: boolean;
  readonly polarity: 'NORMAL' | 'REVERSE';
  readonly bits: '8' | '12';
  readonly copies: number;
  readonly priority: 'HIGH' | 'MED' | 'LOW';
  readonly medium: string;
  readonly destination: string;
  readonly plan: string;
  readonly annotationFormat: string;
}

/** Film Size IDs (PS3.3 C.13.3) in words. */
export const FILM_SIZES: readonly { readonly value: string; readonly label: string }[] = [
  { value: '8INX10IN', label: '8 × 10 inch' },
  { value: '10INX12IN', label: '10 × 12 inch' },
  { value: '10INX14IN', label: '10 × 14 inch' },
  { value: '11INX14IN', label: '11 × 14 inch' },
  { value: '14INX14IN', label: '14 × 14 inch' },
  { value: '14INX17IN', label: '14 × 17 inch' },
  { value: '24CMX30CM', label: '24 × 30 cm' },
  { value: 'A4', label: 'A4' },
  { value: 'A3', label: 'A3' },
];

/** Medium Type and Film Destination (PS3.3 C.13.1) in words. */
export const MEDIA: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'BLUE FILM', label: 'blue film' },
  { value: 'CLEAR FILM', label: 'clear film' },
  { value: 'PAPER', label: 'paper' },
];
export const DESTINATIONS: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'PROCESSOR', label: 'film processor' },
  { value: 'MAGAZINE', label: 'receive magazine' },
  { value: 'BIN_1', label: 'bin 1' },
  { value: 'BIN_2', label: 'bin 2' },
];

/** Every fourth of `count` slices or so: what fits on one film of 12 is where most people begin. */
export const everyFor = (count: number): number => Math.max(1, Math.ceil(count / 12));

export function requestOf(draft: PrintDraft, patientKey: string): PrintRequest {
  const { source } = draft;
  return {
    patientKey,
    source:
      'png' in source
        ? { kind: 'page', title: source.title, png: source.png }
        : {
            kind: 'series',
            seriesInstanceUid: source.series,
            from: draft.from,
            to: draft.to,
            every: draft.every,
            window: { center: draft.center, width: draft.width },
          },
    bits: draft.bits === '8' ? 8 : 12,
    film: {
      layout: `${draft.columns},${draft.rows}`,
      filmSize: draft.filmSize,
      orientation: draft.orientation,
      polarity: draft.polarity,
      trueSize: draft.trueSize,
    },
    session: {
      copies: draft.copies,
      priority: draft.priority,
      medium: draft.medium,
      destination: draft.destination,
      label: '',
      presentation: 'IDENTITY',
      ...(draft.annotationFormat === '' ? {} : { annotationFormat: draft.annotationFormat }),
    },
    ...(draft.plan === '' ? {} : { plan: draft.plan }),
  };
}
