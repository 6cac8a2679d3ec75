import { stillReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { removeBlock } from '#renderer/commands/planning/blocks.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { type BeamsEyeTool, useBeamsEye } from './beamsEyeStore.ts';
import type { ShownBeam } from './shownBeam.ts';

const TOOLS: readonly { readonly tool: BeamsEyeTool; readonly label: string; readonly title: string }[] = [
  {
    tool: 'move',
    label: 'Move',
    title: 'Drag a jaw or a leaf · Shift: draw leaf ends · Ctrl: the open leaves beside it too · Alt: tenths of mm',
  },
  { tool: 'open', label: 'Open', title: 'Brush that opens leaves (Shift closes)' },
  { tool: 'close', label: 'Close', title: 'Brush that closes leaves (Shift opens)' },
  { tool: 'outline', label: 'Outline', title: 'Draw an outline: leaves and jaws are set to it' },
  { tool: 'shield', label: 'Block', title: 'Draw the outline of a shielding block' },
  { tool: 'aperture', label: 'Cut-out', title: 'Draw the opening of a block that shields all around it' },
];

/** What the left button does in the beam's-eye view. */
export function BeamsEyeTools({ shown }: { readonly shown: ShownBeam }) {
  const tool = useBeamsEye((state) => state.tool);
  const radius = useBeamsEye((state) => state.radius);
  const { blocks = [] } = shown.beam;
  const kept = stillReason(shown.beam);
  return (
    <span className="beams-eye-tools" role="toolbar" aria-label="aperture tools">
      {TOOLS.map(({ tool: name, label, title }) => (
        <button
          key={name}
          type="button"
          disabled={kept !== undefined && name !== 'move'}
          title={kept ?? title}
          aria-pressed={tool === name}
          data-testid={`beams-eye-${name}`}
          onClick={() => useBeamsEye.setState({ tool: name })}
        >
          {label}
        </button>
      ))}
      {(tool === 'open' || tool === 'close') && (
        <label className="beams-eye-control">
          Radius
          <input
            type="range"
            aria-label="radius of the brush"
            min={2}
            max={40}
            value={radius}
            onChange={(event) => useBeamsEye.setState({ radius: event.target.valueAsNumber })}
          />
          <output>{radius} mm</output>
        </label>
      )}
      {blocks.length > 0 && (
        <button
          type="button"
          title={`Take out ${blocks[blocks.length - 1].name ?? `block ${blocks[blocks.length - 1].number}`}`}
          onClick={() => void run(removeBlock, shown.beam.number, blocks[blocks.length - 1].number)}
        >
          Remove block
        </button>
      )}
    </span>
  );
}
