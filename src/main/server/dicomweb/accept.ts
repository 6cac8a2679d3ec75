import { type MediaRange, parseMedia } from '#main/dicomweb/media.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

export type Packaging = 'multipart' | 'single';

/**
 * How the caller wants instances (PS3.18 8.7): multipart/related of application/dicom, or the one instance as it is. Objects are
 * given in the transfer syntax they came in, so asking for another one cannot be met. @throws UNSUPPORTED_TRANSFER_SYNTAX
 */
export function choosePackaging(accept: string | undefined, transferSyntaxes: ReadonlySet<string>): Packaging {
  const ranges = parseMedia(accept ?? '');
  if (ranges.length === 0) return 'multipart';
  const syntaxFits = ({ parameters }: MediaRange): boolean => {
    const wanted = parameters['transfer-syntax'];
    return wanted === undefined || wanted === '*' || [...transferSyntaxes].every((uid) => uid === wanted);
  };
  for (const range of ranges) {
    const { type, parameters } = range;
    if (!syntaxFits(range)) continue;
    if (type === '*/*' || type === 'multipart/*') return 'multipart';
    if (type === 'multipart/related' && [undefined, 'application/dicom', '*/*'].includes(parameters.type))
      return 'multipart';
    if (type === 'application/dicom' || type === 'application/*') return 'single';
  }
  throw new IsocenterError(
    'UNSUPPORTED_TRANSFER_SYNTAX',
    `objects are given as application/dicom in the transfer syntax they came in (${[...transferSyntaxes].join(', ')})`,
    { attribute: 'Accept' },
  );
}
