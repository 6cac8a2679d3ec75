import type { AbortSignalLike } from '#shared/contract/errors.ts';
import type { ImportReport } from '#shared/contract/rpc/archive.ts';
import type { PatientSummary, PatientTree } from '#shared/contract/rpc/patients.ts';
import type { FileMeta } from './fileMeta.ts';
import type { ObjectReader } from './objects/objectStore.ts';

export interface ReceiveOptions {
  /** Where it comes from, as people read it: `import`, `STOW-RS`, an AE title. */
  readonly source: string;
  /**
   * Given when only a data set will be written (C-STORE): the archive writes preamble and File Meta Information in front.
   * Without it the bytes are a file as it lies on a disk: Part 10, or a data set without preamble.
   */
  readonly meta?: FileMeta;
  /** Refuses (REFERENCE) an object of another study: STOW-RS to /studies/{uid}. */
  readonly studyInstanceUid?: string;
  /** What to call the object in errors: a file name, for example. */
  readonly name?: string;
}

/** `stored`: new. `duplicate`: same bytes as one we hold. `conflict`: stored apart from another object with the same UID. */
type StoreOutcome = 'stored' | 'duplicate' | 'conflict';

export interface StoreResult {
  readonly outcome: StoreOutcome;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly patientKey: string;
  /** 0, or the number of objects of this patient received earlier under the same SOP Instance UID with other bytes. */
  readonly variant: number;
}

export interface StoredEvent {
  readonly result: StoreResult;
  readonly source: string;
}

export interface ArchiveEvents {
  /** Calls `listener` after each object that is stored (also one stored apart; not for duplicates). Returns how to stop. */
  subscribe(listener: (event: StoredEvent) => void): () => void;
}

/** An object on its way in. Nothing of it is kept unless `commit` returns; `abort` may be called at any time, also twice. */
export interface Receiving {
  /** Takes a chunk, which may be changed once this resolves. @throws as `commit`, as soon as something is certain */
  write(chunk: Uint8Array): Promise<void>;
  /** Safe on disk and indexed when it returns: acknowledge only then. @throws IsocenterError, and nothing is kept. */
  commit(): Promise<StoreResult>;
  abort(): Promise<void>;
}

export type Level = 'patient' | 'study' | 'series' | 'instance';

export interface ArchiveQuery {
  readonly level: Level;
  /** DICOM keyword → matching value as in C-FIND and QIDO-RS (wildcards, ranges, UID lists; '' matches all). */
  readonly match?: Readonly<Record<string, string>>;
  readonly limit?: number;
  readonly offset?: number;
  /** Ranges of a date and its time are one range of moments (PS3.4 C.2.2.2.5): only where that was negotiated. */
  readonly combinedDateTime?: boolean;
  /** Patient names match fuzzily, whatever accents, order and wildcards (PS3.4 C.2.2.2.1.1): only where that was negotiated. */
  readonly fuzzyNames?: boolean;
}

/** One match, keyed by DICOM keyword; absent where the archive holds no value. */
export type QueryRow = Readonly<Record<string, string | number | readonly string[]>>;

/** A stored object as retrieval needs it. */
export interface StoredObject {
  readonly patientKey: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  /** Absolute path of the file. */
  readonly file: string;
  readonly bytes: number;
  readonly variant: number;
  readonly label: string;
  readonly modality: string;
}

/** An object with its place in the order in which objects were indexed. */
export interface Arrival extends StoredObject {
  /** Grows with every object that is indexed; begins anew when the index is made again. */
  readonly position: number;
  /** ISO 8601, UTC. */
  readonly received: string;
  readonly source: string;
  readonly patientName: string;
  readonly patientId: string;
}

export interface Selection {
  readonly patientKey?: string;
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
  /** Which of several objects of one patient under one SOP Instance UID; the first received when omitted. */
  readonly variant?: number;
}

export interface ResolvedReferences {
  /** SOP instances this object names (plan → structure set, dose → plan…). */
  readonly instances: string[];
  /** Image series of the same patient that this object is about. */
  readonly series: string[];
  readonly by: 'uid' | 'frame-of-reference' | 'none';
}

export interface MaintenanceReport {
  readonly instances: number;
  /** Indexed objects whose file is gone. */
  readonly missing: string[];
  /** Files whose data set is no longer what was received. */
  readonly changed: string[];
  /** Files that the index did not know. */
  readonly orphans: string[];
  /** Files in the archive's folder that are no readable object; they are left where they are. */
  readonly unreadable: string[];
  readonly repaired: number;
}

export interface ImportOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignalLike;
  readonly source?: string;
}

export interface VerifyOptions {
  /** Indexes orphans and forgets rows whose file is gone. */
  readonly repair?: boolean;
  readonly signal?: AbortSignalLike;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Part 10 files in a folder and an index over them: see README.md for the life of an object. */
export interface Archive {
  readonly dir: string;
  readonly events: ArchiveEvents;
  /** For who listens: does beforehand what would slow down the first objects that come (tenths of a second, 128 MB on disk). */
  prepare(): Promise<void>;
  /** Streams one object in. */
  receive(options: ReceiveOptions): Promise<Receiving>;
  /** Stores one object whose bytes are at hand. */
  store(bytes: Uint8Array, options: ReceiveOptions): Promise<StoreResult>;
  /** Imports files and folders; one bad file never stops the rest. */
  importPaths(paths: readonly string[], options?: ImportOptions): Promise<ImportReport>;
  /** Matches at one level, one row per patient, study, series or instance. @throws INVALID_ATTRIBUTE for an unknown key */
  query(query: ArchiveQuery): Promise<QueryRow[]>;
  /** The same one after the other, for large answers: only a page of them is in memory. */
  queryRows(query: ArchiveQuery): AsyncIterable<QueryRow>;
  /** By name; those whose name or ID contains `search`, at most `limit`. */
  patients(search?: string, limit?: number): Promise<PatientSummary[]>;
  /** @throws NOT_FOUND */
  tree(patientKey: string): Promise<PatientTree>;
  /**
   * Stored objects in order of instance number; of several under one UID the first received. Without a patient key they may
   * belong to several patients: `onePatient` of locate.ts refuses that.
   */
  locate(selection: Selection): Promise<StoredObject[]>;
  /** One object. @throws NOT_FOUND, and CONFLICT when several patients have one of that UID and no key says which */
  find(sopInstanceUid: string, selection?: Pick<Selection, 'variant' | 'patientKey'>): Promise<StoredObject>;
  /** The file of one object, byte for byte as received. @throws what `find` throws */
  read(sopInstanceUid: string, selection?: Pick<Selection, 'variant' | 'patientKey'>): Promise<Uint8Array>;
  /** @throws what `find` throws */
  references(sopInstanceUid: string, patientKey?: string): Promise<ResolvedReferences>;
  /** How many objects lie under a UID that another object with other bytes also has. */
  conflicts(selection: Selection): Promise<number>;
  count(): Promise<number>;
  /** What was indexed after a position, by whatever process, in order; `limit` at most. */
  arrivals(after: number, limit: number): Promise<Arrival[]>;
  /** Position of the last object indexed; 0 when there is none. */
  lastPosition(): Promise<number>;
  /** Opens one located object for reading by ranges. @throws NOT_FOUND, STORAGE */
  open(object: Pick<StoredObject, 'file'>): Promise<ObjectReader>;
  /** Makes sure that the files are on this disk, for those who read them by path. @throws what `open` throws */
  bring(objects: readonly Pick<StoredObject, 'file'>[]): Promise<void>;
  /** Reads every object and compares it with the index; one that was interrupted goes on where it was. */
  verify(options?: VerifyOptions): Promise<MaintenanceReport>;
  /** Throws the index away and reads every file again; one that was interrupted goes on where it was. */
  rebuild(options?: ImportOptions): Promise<MaintenanceReport>;
  close(): Promise<void>;
}
