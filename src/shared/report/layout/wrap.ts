/** Width of a text in points. */
export type Measure = (text: string, size: number, bold: boolean) => number;

/** Breaks a text into lines of at most `width`, between words, and within those that are too long for a line. */
export function wrapText(text: string, width: number, size: number, bold: boolean, measure: Measure): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let current = '';
    for (const word of paragraph.split(/\s+/).filter((part) => part !== '')) {
      const longer = current === '' ? word : `${current} ${word}`;
      if (measure(longer, size, bold) <= width) {
        current = longer;
        continue;
      }
      if (current !== '') lines.push(current);
      current = word;
      while (measure(current, size, bold) > width && current.length > 1) {
        const fits = fitting(current, width, size, bold, measure);
        lines.push(current.slice(0, fits));
        current = current.slice(fits);
      }
    }
    lines.push(current);
  }
  return lines;
}

/** How many characters of a word fit, at least one; surrogate pairs stay together. */
function fitting(word: string, width: number, size: number, bold: boolean, measure: Measure): number {
  let count = 0;
  for (const letter of word) {
    const next = count + letter.length;
    if (count > 0 && measure(word.slice(0, next), size, bold) > width) break;
    count = next;
  }
  return count;
}
