import { IsocenterError } from '#shared/contract/errors.ts';

export interface MediaRange {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** An Accept (or Content-Type) header taken apart: RFC 9110 12.5.1, quoted parameters included; types in lower case. */
export function parseMedia(header: string): MediaRange[] {
  return splitOutsideQuotes(header, ',')
    .map((range) => splitOutsideQuotes(range, ';'))
    .filter(([type]) => type !== '')
    .map(([type, ...parameters]) => ({
      type: type.toLowerCase(),
      parameters: Object.fromEntries(
        parameters.map((parameter) => {
          const at = parameter.indexOf('=');
          const value = parameter.slice(at + 1).trim();
          return [parameter.slice(0, at).trim().toLowerCase(), value.replace(/^"([\s\S]*)"$/, '$1')];
        }),
      ),
    }));
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [''];
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === separator && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

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
