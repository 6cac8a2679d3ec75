/** A file with its path inside what was dropped, for telling files of one name apart. */
export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

/**
 * All files of a drop, folders walked through. Must be called inside the drop event: the browser empties the list afterwards.
 * An entry that cannot be read rejects with its path in the message.
 */
export async function filesOfDrop(items: DataTransferItemList): Promise<DroppedFile[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const nested = await Promise.all(entries.map((entry) => filesOf(entry, entry.name)));
  return nested.flat();
}

async function filesOf(entry: FileSystemEntry, path: string): Promise<DroppedFile[]> {
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path, file }];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const children = await childrenOf(entry);
  const nested = await Promise.all(children.map((child) => filesOf(child, `${path}/${child.name}`)));
  return nested.flat();
}

/** A directory reader hands out at most 100 entries at a time and an empty list at the end. */
async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}

/** Files of an `<input type=file>`, with their folder paths where a folder was chosen. */
export const filesOfInput = (list: FileList | null): DroppedFile[] =>
  [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
