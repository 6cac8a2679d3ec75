/** How a goal's outcome is written where there is little room. */
export const SIGNS = { met: '✓', acceptable: '~', missed: '✗', unknown: '–' } as const;
