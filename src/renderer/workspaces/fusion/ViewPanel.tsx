import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { gridCentre } from '#renderer/viewports/plane/planes.ts';
import { fitPlanes, goTo, useView } from '#renderer/viewports/viewStore.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

/** Crosshair position in numbers, and the mouse in words. */
export function ViewPanel() {
  const grid = useView((state) => state.grid);
  const crosshair = useView((state) => state.crosshair);
  const visible = useView((state) => state.crosshairVisible);
  if (grid === null) return null;
  const set = (axis: 0 | 1 | 2, value: number): void =>
    goTo(crosshair.map((old, i) => (i === axis ? value : old)) as unknown as Vec3);
  return (
    <Panel title="View">
      <div className="triple">
        {(['X', 'Y', 'Z'] as const).map((name, axis) => (
          <label key={name}>
            {name}
            <NumberInput
              aria-label={`crosshair ${name}`}
              unit="mm"
              value={crosshair[axis]}
              onChange={(value) => set(axis as 0 | 1 | 2, value)}
            />
          </label>
        ))}
      </div>
      <div className="button-row">
        <Button onClick={() => goTo(gridCentre(grid))}>Centre</Button>
        <Button onClick={fitPlanes}>Fit</Button>
        <Checkbox checked={visible} onChange={(crosshairVisible) => useView.setState({ crosshairVisible })}>
          Crosshair
        </Checkbox>
      </div>
      <dl className="keys">
        <dt>Wheel, Page ↑↓</dt>
        <dd>slice</dd>
        <dt>Ctrl+wheel</dt>
        <dd>zoom</dd>
        <dt>Left</dt>
        <dd>crosshair</dd>
        <dt>Right drag</dt>
        <dd>window (Shift: second image)</dd>
        <dt>Middle or Space+drag</dt>
        <dd>pan</dd>
      </dl>
    </Panel>
  );
}
