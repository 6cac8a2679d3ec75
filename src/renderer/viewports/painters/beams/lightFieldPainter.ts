import { useDocument } from '#renderer/document/store.ts';
import { dot, subtract } from '#shared/geometry/vec.ts';
import type { Rgb } from '#shared/model/structures.ts';
import { lightFieldOf } from '../../beamsEye/beamSkin.ts';
import { useBeamsEye } from '../../beamsEye/beamsEyeStore.ts';
import type { OverlayPainter } from '../../plane/planeView.ts';
import { useBeamView } from './beamView.ts';
import { css } from '../ink.ts';

const LIGHT: Rgb = [255, 250, 190];
/** What lies nearer to the plane than this is drawn as a line in it, mm. */
const IN_PLANE = 1.5;

/** Where the selected beam's light field ends on the skin: lines that lie in the plane, dots where one goes through it. */
export const lightFieldPainter: OverlayPainter = {
  id: 'light-field',
  order: 26,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { visible, selected } = useBeamView.getState();
    const plan = document?.plan;
    const beam = plan?.beams.find(({ number }) => number === selected);
    if (document === null || plan === undefined || beam === undefined || !visible || !useBeamsEye.getState().light)
      return;
    context.save();
    context.strokeStyle = css(LIGHT);
    context.fillStyle = css(LIGHT);
    context.lineWidth = 2;
    for (const line of lightFieldOf(plan, beam, document.structures)) {
      const off = line.map((point) => dot(subtract(point, view.point), view.normal));
      for (let n = 1; n < line.length; n++) {
        const [from, to] = [view.toCanvas(line[n - 1]), view.toCanvas(line[n])];
        context.beginPath();
        if (Math.abs(off[n - 1]) <= IN_PLANE && Math.abs(off[n]) <= IN_PLANE) {
          context.moveTo(...from);
          context.lineTo(...to);
          context.stroke();
        }
        const steep = Math.hypot(to[0] - from[0], to[1] - from[1]) < view.scale * Math.abs(off[n] - off[n - 1]);
        if (off[n - 1] >= 0 === off[n] >= 0 || !steep) continue;
        const t = off[n - 1] / (off[n - 1] - off[n]);
        context.beginPath();
        context.arc(from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1]), 3, 0, 2 * Math.PI);
        context.fill();
      }
    }
    context.restore();
  },
};
