import { patchDocument } from '#renderer/document/store.ts';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { ImageVolume } from '#shared/model/image.ts';
import { normalizedBy } from '#shared/model/suv.ts';

/** By what the second image's SUV are normalised, and what they were computed from; nothing for other images. */
export function SuvField({ image }: { readonly image: ImageVolume }) {
  const { suv } = image;
  if (suv === undefined) return null;
  const other = suv.normalization !== 'body weight' && suv.normalization !== 'lean body mass';
  return (
    <>
      {!other && (
        <Field label="SUV by">
          <Select<'body weight' | 'lean body mass'>
            aria-label="SUV normalised by"
            data-testid="suv-by"
            value={suv.normalization === 'lean body mass' ? 'lean body mass' : 'body weight'}
            disabled={suv.leanRatio === undefined}
            options={[
              { value: 'body weight', label: 'body weight' },
              { value: 'lean body mass', label: 'lean body mass' },
            ]}
            onChange={(by) => patchDocument({ secondary: normalizedBy(image, by) })}
          />
        </Field>
      )}
      <p className="hint" data-testid="suv-how">
        SUV by {suv.normalization}: {suv.how}
        {/* What is sent or computed is by body weight. */}
        {suv.normalization === 'lean body mass' &&
          suv.leanRatio !== undefined &&
          ` × ${suv.leanRatio.toFixed(3)} lean body mass over weight`}
        .{suv.leanMissing !== undefined && ` No lean body mass: ${suv.leanMissing} is missing or unusable.`}
      </p>
    </>
  );
}
