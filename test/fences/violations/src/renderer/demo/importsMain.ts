import { openArchive } from '#main/archive/archive.ts';

export const open = openArchive;
