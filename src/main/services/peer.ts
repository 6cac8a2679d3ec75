/** A DICOM node to talk to. */
export interface Peer {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
}
