import type { Command } from './command.ts';

/** Loaded one by one, so that `--help` and small commands start fast. */
export const COMMANDS: Readonly<Record<string, { readonly summary: string; load(): Promise<Command> }>> = {
  import: {
    summary: 'files and folders into the archive',
    load: async () => (await import('./commands/import.ts')).command,
  },
  list: { summary: 'what the archive holds', load: async () => (await import('./commands/list.ts')).command },
  archive: {
    summary: 'verify or rebuild the archive',
    load: async () => (await import('./commands/archive.ts')).command,
  },
  echo: { summary: 'C-ECHO to a DICOM node', load: async () => (await import('./commands/echo.ts')).command },
  send: {
    summary: 'C-STORE of files or archived objects',
    load: async () => (await import('./commands/send.ts')).command,
  },
  query: { summary: 'what a DICOM node holds', load: async () => (await import('./commands/query.ts')).command },
  retrieve: {
    summary: 'studies, series and images from a DICOM node',
    load: async () => (await import('./commands/retrieve.ts')).command,
  },
  transfers: {
    summary: 'the send queue: list, cancel, retry',
    load: async () => (await import('./commands/transfers.ts')).command,
  },
  route: {
    summary: 'rules by which what arrives goes on',
    load: async () => (await import('./commands/route.ts')).command,
  },
  serve: {
    summary: 'DICOM node and DICOMweb until stopped',
    load: async () => (await import('./commands/serve.ts')).command,
  },
  export: {
    summary: 'a plan with its structure set and doses',
    load: async () => (await import('./commands/export.ts')).command,
  },
  print: { summary: 'images on film', load: async () => (await import('./commands/print.ts')).command },
  commit: {
    summary: 'asks a node to be answerable for what it was sent',
    load: async () => (await import('./commands/commit.ts')).command,
  },
  worklist: {
    summary: 'what a RIS has scheduled',
    load: async () => (await import('./commands/worklist.ts')).command,
  },
  mpps: {
    summary: 'tells a RIS what is performed',
    load: async () => (await import('./commands/mpps.ts')).command,
  },
  ups: {
    summary: 'tasks: unified procedure steps',
    load: async () => (await import('./commands/ups.ts')).command,
  },
  validate: {
    summary: 'checks objects against their IOD',
    load: async () => (await import('./commands/validate.ts')).command,
  },
  phantom: {
    summary: 'digital patients with known truth',
    load: async () => (await import('./commands/phantom.ts')).command,
  },
  register: {
    summary: 'the transform that lays one image on another',
    load: async () => (await import('./commands/register.ts')).command,
  },
  mask: { summary: 'an ROI as a voxel mask', load: async () => (await import('./commands/mask.ts')).command },
  structures: {
    summary: 'structures made from others: booleans, margins, rings',
    load: async () => (await import('./commands/structures.ts')).command,
  },
  segment: {
    summary: 'structures found in a CT, with confidence',
    load: async () => (await import('./commands/segment.ts')).command,
  },
  dose: { summary: 'dose of a plan on a CT', load: async () => (await import('./commands/dose.ts')).command },
  robust: {
    summary: 'a plan under set-up shifts and other densities',
    load: async () => (await import('./commands/robust.ts')).command,
  },
  optimize: {
    summary: 'a plan from structures and goals',
    load: async () => (await import('./commands/optimize.ts')).command,
  },
  check: { summary: 'a plan against the rules', load: async () => (await import('./commands/check.ts')).command },
  report: { summary: 'the report of a plan as PDF', load: async () => (await import('./commands/report.ts')).command },
  dvh: { summary: 'dose–volume histograms', load: async () => (await import('./commands/dvh.ts')).command },
  gamma: {
    summary: 'gamma of one dose against another',
    load: async () => (await import('./commands/gamma.ts')).command,
  },
  sum: {
    summary: 'doses added up, also through registrations',
    load: async () => (await import('./commands/sum.ts')).command,
  },
  drr: {
    summary: 'digitally reconstructed radiograph of a CT, as RT Image or PNG',
    load: async () => (await import('./commands/drr.ts')).command,
  },
  commission: {
    summary: 'fits a machine to measured depth doses, profiles and output factors',
    load: async () => (await import('./commands/commission.ts')).command,
  },
  demo: {
    summary: 'the whole main job on the thorax phantom',
    load: async () => (await import('./commands/demo.ts')).command,
  },
};
