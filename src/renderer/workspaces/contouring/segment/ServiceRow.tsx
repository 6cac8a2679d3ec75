import { useEffect, useState } from 'react';
import { segmentService } from '#renderer/commands/contouring/segment/segmentService.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';

/** The segmentation service of the settings; nothing where none is configured. */
export function ServiceRow({ busy }: { readonly busy: boolean }) {
  const [name, setName] = useState<string>();
  useEffect(() => {
    let gone = false;
    // Without an answer there is no service to offer; the status bar tells that main is away.
    rpc.segmentation.service().then(
      (service) => !gone && setName(service.name),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, []);
  if (name === undefined) return null;
  return (
    <div className="button-row">
      <Button
        data-testid="ask-service"
        disabled={busy}
        title="Sends the planning image, with the patient's name, to this service"
        onClick={() => void run(segmentService, name)}
      >
        Ask {name}
      </Button>
    </div>
  );
}
