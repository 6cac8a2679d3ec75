/** Bytes as one writes them down: hexadecimal pairs, "text" in quotes, and # comments to the end of the line. */
export function bytes(source: string): Buffer {
  const parts: Buffer[] = [];
  for (const line of source.split('\n')) {
    for (const [word] of line.replace(/#.*/, '').matchAll(/"[^"]*"|\S+/g)) {
      parts.push(word.startsWith('"') ? Buffer.from(word.slice(1, -1), 'latin1') : Buffer.from(word, 'hex'));
    }
  }
  return Buffer.concat(parts);
}
