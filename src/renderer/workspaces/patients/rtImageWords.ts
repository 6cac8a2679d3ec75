import { placeText } from '#shared/geometry/fixed.ts';
import type { RtImage } from '#shared/model/rtImage.ts';

const KINDS: Readonly<Record<string, string>> = {
  DRR: 'digitally reconstructed radiograph',
  PORTAL: 'portal image',
  SIMULATOR: 'simulator image',
  RADIOGRAPH: 'radiograph',
  BLANK: 'blank',
  FLUENCE: 'fluence map',
};

/** What an RT Image states, name and value; what it leaves out is said to be unknown where it matters for its geometry. */
export function rtImageWords(image: RtImage): (readonly [name: string, value: string])[] {
  const angle = (degrees: number | undefined): string =>
    degrees === undefined ? 'not stated' : `${degrees.toFixed(1)}°`;
  const mm = (value: number | undefined): string => (value === undefined ? 'not stated' : `${value.toFixed(1)} mm`);
  const [columns, rows] = image.size;
  const kind = image.imageType[2] ?? '';
  const optional: (readonly [string, string | undefined])[] = [
    ['Description', image.description],
    ['Machine', image.machine === '' ? undefined : image.machine],
    ['Beam', image.beamNumber === undefined ? undefined : `number ${image.beamNumber}`],
    ['Isocenter', image.isocenter && placeText(image.isocenter)],
    ['Values', image.unit === '' || image.unit === 'US' ? undefined : image.unit],
    ['Intensity', image.intensity === undefined ? undefined : intensityWords(image.intensity)],
    ...image.exposures.map(({ kvp, meterset }, n): readonly [string, string | undefined] => {
      const parts = [kvp === undefined ? '' : `${kvp} kV`, meterset === undefined ? '' : `${meterset.toFixed(2)} MU`];
      const said = parts.filter((part) => part !== '').join(', ');
      return [image.exposures.length === 1 ? 'Exposure' : `Exposure ${n + 1}`, said === '' ? undefined : said];
    }),
  ];
  return [
    [
      'Kind',
      `${KINDS[kind] ?? (kind === '' ? 'not stated' : kind)}, ${image.imageType.slice(0, 2).join(', ').toLowerCase()}`,
    ],
    [
      'Pixels',
      `${columns} × ${rows}${image.spacing === undefined ? '' : `, ${image.spacing.join(' × ')} mm in the image plane`}`,
    ],
    ['Gantry', angle(image.gantry)],
    ['Collimator', angle(image.collimator)],
    ['Couch', angle(image.couch)],
    ['Image turned by', angle(image.receptorAngle)],
    ['Source to isocenter', mm(image.sad)],
    ['Source to image', mm(image.sid)],
    ['Position', image.firstPixel === undefined ? 'not stated: the beam axis is not known' : 'stated'],
    ...optional.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  ];
}

const intensityWords = ({ relationship, sign }: NonNullable<RtImage['intensity']>): string =>
  `${relationship}, ${sign === 1 ? 'brighter with more radiation' : 'brighter with less radiation'}`;
