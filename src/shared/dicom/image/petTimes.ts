import type { DataSet } from '../codec/dataset.ts';

/** Milliseconds since 1970 of a DICOM date and time, in the scanner's own time zone. Throws INVALID_ATTRIBUTE when they are none. */
export function momentOf(dataset: DataSet, date: string, time: string): number {
  const day = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date);
  const clock = /^(\d{2}):?(\d{2})?:?(\d{2})?(\.\d+)?$/.exec(time);
  if (day === null || clock === null) throw dataset.invalid('SeriesTime', `"${date} ${time}" is no date and time`);
  const [hours, minutes, seconds, fraction] = clock.slice(1).map((part) => Number(part ?? 0));
  return Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3]), hours, minutes, seconds) + fraction * 1000;
}

/** The moment of a DT attribute without its time zone; undefined when absent or without a time of day. */
export function dateTimeMs(dataset: DataSet, attribute: string): number | undefined {
  const match = /^(\d{8})(\d{4,6}(?:\.\d+)?)/.exec(dataset.string(attribute));
  return match === null ? undefined : momentOf(dataset, match[1], match[2]);
}

const GE = 'GEMS_PETD_01';

/**
 * The moment that decay correction to START means, in the order of QIBA's pseudo-code: the series' date and time unless that is later
 * than an acquisition (a series made afterwards), then GE's private scan date and time, then the earliest acquisition.
 */
export function petScanStart(images: readonly DataSet[]): number {
  const [head] = images;
  const acquired = Math.min(
    ...images.map((image) => momentOf(image, image.needString('AcquisitionDate'), image.needString('AcquisitionTime'))),
  );
  if (head.has('SeriesDate') && head.has('SeriesTime')) {
    const series = momentOf(head, head.string('SeriesDate'), head.string('SeriesTime'));
    if (series <= acquired) return series;
  }
  const text = privateText(head, 0x0009, GE, 0x0d);
  const scan = /^(\d{8})(\d{4,6}(?:\.\d+)?)/.exec(text);
  return scan === null ? acquired : momentOf(head, scan[1], scan[2]);
}

/** The text of a private element of a creator's block; '' when absent. */
function privateText(dataset: DataSet, group: number, creator: string, element: number): string {
  const base = group * 0x10000;
  for (let block = 0x10; block <= 0xff; block++)
    if (dataset.utf8(base + block).trim() === creator) return dataset.utf8(base + block * 0x100 + element).trim();
  return '';
}

/** The number of a private element (a DS, or UN where the VR got lost); undefined when absent or no number. */
export function privateNumber(dataset: DataSet, group: number, creator: string, element: number): number | undefined {
  const text = privateText(dataset, group, creator, element);
  const value = Number(text);
  return text === '' || !Number.isFinite(value) ? undefined : value;
}
