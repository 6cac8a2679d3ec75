import { useState } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { dropSet, GIVEN_SETS, keepSet, ownSets } from '#renderer/viewports/painters/dose/isodoseSets.ts';
import { useIsodoseView } from '#renderer/viewports/painters/dose/isodoseView.ts';
import { failed } from './failed.ts';

/** Sets of isodose levels: those given, and one's own, kept on this computer. */
export function IsodoseSets() {
  const [own, setOwn] = useState(ownSets);
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const all = [...GIVEN_SETS, ...own];
  const { levels, unit } = useIsodoseView();
  const change = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      failed(error);
    }
    setOwn(ownSets());
  };
  const apply = (wanted: string): void => {
    const set = all.find((one) => one.name === wanted);
    setChosen(wanted);
    if (set !== undefined) useIsodoseView.setState({ levels: set.levels, unit: set.unit });
  };
  const isOwn = own.some((one) => one.name === chosen);
  const isGiven = GIVEN_SETS.some((one) => one.name === name.trim());
  return (
    <>
      <Field label="Set">
        <Select
          aria-label="set of isodose levels"
          data-testid="isodose-sets"
          value={chosen}
          options={[
            { value: '', label: 'choose…', disabled: true },
            ...all.map((one) => ({ value: one.name, label: one.name })),
          ]}
          onChange={apply}
        />
        {isOwn && (
          <Button
            kind="quiet"
            title={`Forget the set "${chosen}"`}
            onClick={() => {
              change(() => dropSet(chosen));
              setChosen('');
            }}
          >
            ×
          </Button>
        )}
      </Field>
      <Field label="Keep as" error={isGiven ? 'a given set has this name' : undefined}>
        <input
          aria-label="name of the set of levels"
          data-testid="isodose-set-name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => event.stopPropagation()}
        />
        <Button
          data-testid="keep-isodoses"
          disabled={name.trim() === '' || isGiven || levels.length === 0}
          onClick={() => {
            change(() => keepSet({ name: name.trim(), unit, levels }));
            setChosen(name.trim());
            setName('');
          }}
        >
          Keep
        </Button>
      </Field>
    </>
  );
}
