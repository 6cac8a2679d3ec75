import { Field } from '#renderer/kit/Field.tsx';
import { Menu } from '#renderer/kit/Menu.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { Slider } from '#renderer/kit/Slider.tsx';
import { EVERYTHING, isEverything } from '#shared/drr/depthWindow.ts';
import { PLAIN } from '#shared/drr/attenuation.ts';
import { type DrrLook, useDrrLook } from './drrStore.ts';
import './drr.css';

/** Depth of the window that a first click gives, mm before and behind the isocenter. */
const SLAB = 50;

const RESET: DrrLook = { shown: true, weights: PLAIN, depth: EVERYTHING, brightness: 0, contrast: 1, by: 'automatic' };

/** The radiograph behind a beam: whether it is shown, its tissues, its depth and its tone. */
export function DrrMenu() {
  const { shown, weights, depth, brightness, contrast, by } = useDrrLook();
  const set = (part: Partial<DrrLook>): void => useDrrLook.setState(part);
  const slider = (
    label: string,
    value: number,
    [min, max]: readonly [number, number],
    onChange: (value: number) => void,
  ) => (
    <Field label={label}>
      <Slider aria-label={`${label} of the radiograph`} {...{ min, max, value, onChange }} step={0.05} />
      <output>{value.toFixed(2)}</output>
    </Field>
  );
  const edge = (label: string, which: 'near' | 'far', [min, max]: readonly [number, number]) => (
    <Field label={label}>
      <NumberInput
        aria-label={`${label} of the radiograph`}
        value={depth[which]}
        onChange={(mm) => set({ depth: { ...depth, [which]: mm } })}
        {...{ min, max }}
        step={5}
        decimals={0}
        unit="mm"
      />
    </Field>
  );
  return (
    <>
      <button type="button" aria-pressed={shown} data-testid="drr-shown" onClick={() => set({ shown: !shown })}>
        DRR
      </button>
      {shown && (
        <Menu label="Tissue, depth" className="drr-menu" data-testid="drr-menu">
          <div className="drr-menu-body">
            {slider('Bone', weights.bone, [0, 2], (bone) => set({ weights: { ...weights, bone } }))}
            {slider('Soft tissue', weights.soft, [0, 2], (soft) => set({ weights: { ...weights, soft } }))}
            {slider('Brightness', brightness, [-1, 1], (value) => set({ brightness: value }))}
            {slider('Contrast', contrast, [0.25, 4], (value) => set({ contrast: value }))}
            <Field label="Depth">
              <button
                type="button"
                aria-pressed={!isEverything(depth)}
                onClick={() => set({ depth: isEverything(depth) ? { near: -SLAB, far: SLAB } : EVERYTHING })}
              >
                {isEverything(depth) ? 'Everything' : 'Between planes'}
              </button>
            </Field>
            {!isEverything(depth) && (
              <>
                {edge('Near plane', 'near', [-500, depth.far - 1])}
                {edge('Far plane', 'far', [depth.near + 1, 500])}
                <small className="hint">mm behind the isocenter; negative: towards the source</small>
              </>
            )}
            <Field label="Cast by">
              <Select
                aria-label="who casts the radiograph"
                value={by}
                options={[
                  { value: 'automatic', label: 'what is faster' },
                  { value: 'gpu', label: 'graphics card' },
                  { value: 'workers', label: 'processor' },
                ]}
                onChange={(value) => set({ by: value })}
              />
            </Field>
            <button type="button" onClick={() => set(RESET)}>
              Reset
            </button>
          </div>
        </Menu>
      )}
    </>
  );
}
