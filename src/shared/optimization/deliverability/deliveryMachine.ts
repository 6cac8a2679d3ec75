import type { LeafLimits } from '../../dosimetry/machine/deliveryLimits.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { LimitingDeviceType } from '../../model/plan.ts';

/** A leaf collimator, or one of the layers of a collimator that has two. */
export type LeafLayer = LeafLimits & { readonly type: Extract<LimitingDeviceType, `MLC${string}`> };

/** What a beam is judged by: of a machine that doses are computed for, or of one that only its limits are known of. */
export type DeliveryMachine = Pick<
  Machine,
  'name' | 'radiationType' | 'nominalEnergy' | 'fluenceMode' | 'sourceAxisDistance' | 'limits'
> & {
  readonly mlc?: LeafLayer;
  /** Absent where it is not known what wedges there are. */
  readonly wedges?: Machine['wedges'];
  /** Instead of `mlc`, from the source outwards. */
  readonly layers?: readonly LeafLayer[];
};

export const layersOf = ({ mlc, layers }: DeliveryMachine): readonly LeafLayer[] =>
  layers ?? (mlc === undefined ? [] : [mlc]);
