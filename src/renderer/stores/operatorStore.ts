import { create } from 'zustand';

const KEY = 'isocenter.operator';
const NOBODY = 'ISOCENTER^USER';

/** Storage may be forbidden to a page; the name then lasts as long as the window. */
function remembered(): string {
  try {
    return globalThis.localStorage?.getItem(KEY) ?? NOBODY;
  } catch {
    return NOBODY;
  }
}

/** Who works here, as DICOM PN: said in what is written and in the history of edits, until people sign in. */
export const useOperator = create<{ readonly name: string }>(() => ({ name: remembered() }));

export const operatorName = (): string => useOperator.getState().name;

/** Takes a name, family name first, its parts joined by ^; an empty one becomes the workstation's own. */
export function setOperator(name: string): void {
  const clean = name.trim() === '' ? NOBODY : name.trim();
  useOperator.setState({ name: clean });
  try {
    globalThis.localStorage?.setItem(KEY, clean);
  } catch {
    // As above.
  }
}
