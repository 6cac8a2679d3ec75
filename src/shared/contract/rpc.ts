import { archiveContract } from './rpc/archive.ts';
import { beamTemplatesContract } from './rpc/beamTemplates.ts';
import { commitmentContract } from './rpc/commitment.ts';
import { deidentifyContract } from './rpc/deidentify.ts';
import { machinesContract } from './rpc/machines.ts';
import { nodesContract } from './rpc/nodes.ts';
import { patientsContract } from './rpc/patients.ts';
import { printContract } from './rpc/print.ts';
import { queryContract } from './rpc/query.ts';
import { recoveryContract } from './rpc/recovery.ts';
import { securityContract } from './rpc/security.ts';
import { reportContract } from './rpc/report.ts';
import { routingContract } from './rpc/routing.ts';
import { segmentationContract } from './rpc/segmentation.ts';
import { systemContract } from './rpc/system.ts';
import { tasksContract } from './rpc/tasks.ts';
import { goalsContract } from './rpc/goals.ts';
import { objectiveTemplatesContract } from './rpc/objectiveTemplates.ts';
import { templatesContract } from './rpc/templates.ts';
import { transfersContract } from './rpc/transfers.ts';
import { worklistContract } from './rpc/worklist.ts';

/**
 * The one door between renderer and main, beside DICOMweb (which carries images and objects), one file a subject.
 * Served under /rpc by the fetch handler; iterators are server-sent events.
 */
export const contract = {
  system: systemContract,
  patients: patientsContract,
  archive: archiveContract,
  nodes: nodesContract,
  query: queryContract,
  print: printContract,
  deidentify: deidentifyContract,
  transfers: transfersContract,
  routing: routingContract,
  security: securityContract,
  commitment: commitmentContract,
  worklist: worklistContract,
  tasks: tasksContract,
  machines: machinesContract,
  beamTemplates: beamTemplatesContract,
  recovery: recoveryContract,
  templates: templatesContract,
  goals: goalsContract,
  objectiveTemplates: objectiveTemplatesContract,
  segmentation: segmentationContract,
  report: reportContract,
};
