/**
 * Names, comments and AE titles come from elsewhere, and a terminal obeys control characters (ECMA-48): each of them becomes
 * U+FFFD, except line ends and tabs.
 */
export const plainText = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]/gu, '\ufffd');

/** The same on one line, so that no value can pass for another row or message. */
export const plainLine = (text: string): string => plainText(text.replaceAll(/\s*[\r\n]+\s*/g, ' '));
