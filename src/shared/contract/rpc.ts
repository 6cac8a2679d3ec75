import { archiveContract } from './rpc/archive.ts';
import { nodesContract } from './rpc/nodes.ts';
import { patientsContract } from './rpc/patients.ts';
import { systemContract } from './rpc/system.ts';

/**
 * The one door between renderer and main, beside DICOMweb (which carries images and objects), one file a subject.
 * Served under /rpc by the fetch handler; iterators are server-sent events.
 */
export const contract = {
  system: systemContract,
  patients: patientsContract,
  archive: archiveContract,
  nodes: nodesContract,
};
