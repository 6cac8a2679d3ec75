import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { DESTINATIONS, FILM_SIZES, MEDIA, type PrintDraft } from './printDraft.ts';

interface PrintSettingsProps {
  readonly draft: PrintDraft;
  /** How many slices there are. */
  readonly count: number;
  /** Whether millimetres are known. */
  readonly hasSpacing: boolean;
  readonly onChange: (draft: PrintDraft) => void;
}

/** Which slices, through which window, how on film, and how often. */
export function PrintSettings({ draft, count, hasSpacing, onChange }: PrintSettingsProps) {
  const set = (part: Partial<PrintDraft>): void => onChange({ ...draft, ...part });
  const whole = (name: 'from' | 'to' | 'every' | 'columns' | 'rows' | 'copies', max: number, label: string) => (
    <NumberInput
      aria-label={label}
      data-testid={`print-${name}`}
      unit=""
      decimals={0}
      min={1}
      max={max}
      value={draft[name]}
      onChange={(value) => set({ [name]: Math.round(value) })}
    />
  );
  const isPicture = 'png' in draft.source;
  return (
    <div className="print-settings">
      {!isPicture && (
        <>
          <Field label="Slices" hint={`of ${count}, in order of position`}>
            {whole('from', draft.to, 'first slice')} to {whole('to', count, 'last slice')}
          </Field>
          <Field label="Every">{whole('every', count, 'every n-th slice')}</Field>
          <Field label="Window" hint="center and width, in the units of the image (HU for CT)">
            <NumberInput
              aria-label="window center"
              data-testid="print-center"
              unit="C"
              decimals={0}
              value={draft.center}
              onChange={(center) => set({ center })}
            />
            <NumberInput
              aria-label="window width"
              data-testid="print-width"
              unit="W"
              decimals={0}
              min={1}
              value={draft.width}
              onChange={(width) => set({ width })}
            />
          </Field>
        </>
      )}
      <Field label="Layout" hint="columns × rows">
        {whole('columns', 8, 'columns')} × {whole('rows', 8, 'rows')}
      </Field>
      <Field label="Film">
        <Select
          aria-label="film size"
          data-testid="print-film-size"
          value={draft.filmSize}
          options={FILM_SIZES}
          onChange={(filmSize) => set({ filmSize })}
        />
        <Select
          aria-label="orientation"
          value={draft.orientation}
          options={[
            { value: 'PORTRAIT', label: 'upright' },
            { value: 'LANDSCAPE', label: 'across' },
          ]}
          onChange={(orientation) => set({ orientation })}
        />
      </Field>
      <Field label="Scale" hint={hasSpacing ? undefined : 'the images do not say how large they are'}>
        <Checkbox
          data-testid="print-true-size"
          checked={draft.trueSize}
          disabled={!hasSpacing}
          onChange={(trueSize) => set({ trueSize })}
        >
          true size: 1 mm on film is 1 mm
        </Checkbox>
      </Field>
      <Field label="Grey">
        <Select
          aria-label="bits"
          value={draft.bits}
          options={[
            { value: '12', label: '12 bits' },
            { value: '8', label: '8 bits' },
          ]}
          onChange={(bits) => set({ bits })}
        />
        <Select
          aria-label="polarity"
          value={draft.polarity}
          options={[
            { value: 'NORMAL', label: 'bone white' },
            { value: 'REVERSE', label: 'bone black' },
          ]}
          onChange={(polarity) => set({ polarity })}
        />
      </Field>
      <Field label="On">
        <Select aria-label="medium" value={draft.medium} options={MEDIA} onChange={(medium) => set({ medium })} />
        <Select
          aria-label="destination"
          value={draft.destination}
          options={DESTINATIONS}
          onChange={(destination) => set({ destination })}
        />
      </Field>
      <Field label="Copies">
        {whole('copies', 99, 'copies')}
        <Select
          aria-label="priority"
          value={draft.priority}
          options={[
            { value: 'HIGH', label: 'at once' },
            { value: 'MED', label: 'in turn' },
            { value: 'LOW', label: 'when there is time' },
          ]}
          onChange={(priority) => set({ priority })}
        />
      </Field>
      <Field label="Plan" hint="said on the film">
        <input
          type="text"
          aria-label="plan"
          maxLength={64}
          value={draft.plan}
          onChange={(event) => set({ plan: event.target.value })}
        />
      </Field>
      <Field label="Annotation" hint="annotation format of the printer; empty: identity under each image">
        <input
          type="text"
          aria-label="annotation format"
          maxLength={16}
          value={draft.annotationFormat}
          onChange={(event) => set({ annotationFormat: event.target.value.toUpperCase() })}
        />
      </Field>
    </div>
  );
}
