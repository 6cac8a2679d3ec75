import { useDocument } from '#renderer/document/store.ts';

export const use = useDocument;
