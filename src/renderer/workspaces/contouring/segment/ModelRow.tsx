import { useRef } from 'react';
import { segmentModel } from '#renderer/commands/contouring/segment/segmentModel.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';

/** An ONNX model of the user's own: its manifest and its file, chosen together. */
export function ModelRow({ busy }: { readonly busy: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="button-row">
      <input
        ref={input}
        type="file"
        accept=".json,.onnx"
        multiple
        hidden
        data-testid="model-files"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          if (files.length > 0) void run(segmentModel, files);
        }}
      />
      <Button
        data-testid="run-model"
        disabled={busy}
        title="Choose the manifest (.json) and the ONNX model it names together"
        onClick={() => input.current?.click()}
      >
        Run an ONNX model…
      </Button>
    </div>
  );
}
