import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const segmentationRouter = (rpc: Implementer, { segmentation }: AppServices) => ({
  service: rpc.segmentation.service.handler(() => ({ name: segmentation.name })),
  run: rpc.segmentation.run.handler(async ({ input: { patientKey, seriesInstanceUid }, signal }) => {
    const bytes = await segmentation.run(patientKey, seriesInstanceUid, signal);
    return new File([new Uint8Array(bytes)], 'structures.dcm', { type: 'application/dicom' });
  }),
});
