import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Slider } from '#renderer/kit/Slider.tsx';
import { useContourView } from '#renderer/viewports/painters/contours/contourView.ts';

/** How contours are drawn. */
export function ContourViewPanel() {
  const { fillOpacity, lineWidth, names } = useContourView();
  return (
    <Panel title="Contour display">
      <Field label="Fill">
        <Slider
          aria-label="fill opacity"
          min={0}
          max={0.6}
          step={0.05}
          value={fillOpacity}
          onChange={(value) => useContourView.setState({ fillOpacity: value })}
        />
      </Field>
      <Field label="Line width">
        <Slider
          aria-label="line width"
          min={0.5}
          max={4}
          step={0.25}
          value={lineWidth}
          onChange={(value) => useContourView.setState({ lineWidth: value })}
        />
      </Field>
      <Checkbox checked={names} onChange={(value) => useContourView.setState({ names: value })}>
        Names on the planes
      </Checkbox>
    </Panel>
  );
}
