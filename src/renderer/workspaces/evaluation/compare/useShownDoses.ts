import { useMemo } from 'react';
import { type ShownDose, shownDoses } from '#renderer/document/shownDoses.ts';
import { useDocument } from '#renderer/document/store.ts';

const NONE: readonly ShownDose[] = [];

/** Every dose of the open patient that can be chosen. */
export function useShownDoses(): readonly ShownDose[] {
  return useDocument((state) => (state.document === null ? NONE : shownDoses(state.document)));
}

const GROUPS: Readonly<Record<ShownDose['kind'], string>> = {
  plan: '',
  sum: 'Sum: ',
  beam: 'Beam: ',
  stored: 'Stored: ',
};

/** As drop-down lists show them. */
export function useDoseOptions(): readonly { readonly value: string; readonly label: string }[] {
  const doses = useShownDoses();
  return useMemo(
    () =>
      doses.map(({ key, kind, name, stale }) => ({
        value: key,
        label: `${GROUPS[kind]}${name}${stale === undefined ? '' : ' (stale)'}`,
      })),
    [doses],
  );
}
