/** PSNR and SSIM against the large original that a picture was made from. */
import { messageOf } from '../shared/message-of.ts';
import { onPixels } from '../shared/pixels.ts';
import { changePicture, findPicture, type PageStore } from './state.ts';

/** Measures a picture's result, if it has one and an original. */
export async function measure(store: PageStore, id: number): Promise<void> {
  const picture = findPicture(store.state, id);
  if (!picture?.reference || picture.status.kind !== 'done') return;
  const { reference, file, settings, status } = picture;
  changePicture(store, id, { measurement: { kind: 'measuring' } });
  const isWanted = () => {
    const now = findPicture(store.state, id);
    return now?.reference === reference && now.status === status;
  };
  const measurement = await onPixels(
    (pixels) => pixels.measure(reference, status.result.file, file, settings.model.scale),
    () => (isWanted() ? 'urgent' : 'none'),
  ).then(
    (scores) => ({ kind: 'measured', ...scores }) as const,
    (error: unknown) => ({ kind: 'failed', message: messageOf(error) }) as const,
  );
  if (isWanted()) changePicture(store, id, { measurement });
}

/** Takes a picture as the large original of another one. */
export function setReference(store: PageStore, id: number, reference: File): void {
  changePicture(store, id, { reference, measurement: undefined });
  measure(store, id);
}
