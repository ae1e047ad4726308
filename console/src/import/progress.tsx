import type { ImportProgress } from '@connect-gateway/client';
import { Label } from 'react-aria-components/Label';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { Button } from '../ui/button';

const STAGES = ['received', 'parsed', 'checked', 'sent', 'created'] as const;
const LABELS = {
  received: 'Uploading',
  parsed: 'Reading',
  checked: 'Checking',
  sent: 'Creating',
  created: 'Finishing',
} as const;

/** How far an import has come. */
export function Progress({
  progress,
  onCancel,
}: {
  readonly progress: ImportProgress | undefined;
  readonly onCancel: () => void;
}) {
  const stage = progress?.stage ?? 'received';
  const { bytes = 0, of = 0 } = progress ?? {};
  const uploaded = of > 0 ? Math.min(1, bytes / of) : 0;
  const done = STAGES.indexOf(stage) + (stage === 'received' ? uploaded : 1);
  return (
    <div className="title">
      <ProgressBar value={done} maxValue={STAGES.length} className="progress">
        <Label>{LABELS[stage]}…</Label>
        <progress value={done} max={STAGES.length} aria-hidden />
      </ProgressBar>
      <Button onPress={onCancel}>Cancel</Button>
    </div>
  );
}
