/** Work done so far, in pixels that the network has seen; `total` is known from the start. */
export interface UpscaleProgress {
  done: number;
  total: number;
}

/** Leaves out what does not go beyond the share that was reported before: a second try begins again at nothing. */
export function rising(
  report: ((progress: UpscaleProgress) => void) | undefined,
): (progress: UpscaleProgress) => void {
  let reached = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const share = progress.done / progress.total;
    if (share <= reached) return;
    reached = share;
    report?.(progress);
  };
}
