/** What the system's names of network errors mean to people (errno(3)). */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: is the program there running?',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed by the peer',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
};

/** The words of a connection's failure with the name of the system error, if there is one, made plain. */
export function troubleText(words: string): string {
  const code = Object.keys(WORDS).find((name) => words.includes(name));
  if (code === undefined) return words;
  const place = /(\S+:\d+)\s*$/.exec(words)?.[1];
  return place === undefined ? WORDS[code] : `${WORDS[code]} (${place})`;
}
