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
