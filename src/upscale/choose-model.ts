/** Which of several models enlarges a picture. */

/** What is asked of a model before it is chosen. */
interface Candidate {
  readonly scale: number;
  /** What it was trained to undo, as `sisr train --degradation` calls it; unknown of other weights, which fit any picture. */
  readonly degradation?: 'BI' | 'photo' | undefined;
  /** Whether a person asked for it by name, beside others that are offered anyway. */
  readonly named?: boolean | undefined;
}

/**
 * The first model of the scale for such a picture, else the first of the scale; those that a person named come before
 * all others. A model for clean pictures sharpens the artefacts of JPEG, one for photographs takes fine detail of clean pictures for noise.
 *
 * @param lossy whether the picture comes from a lossy file
 */
export function chooseModel<M extends Candidate>(
  models: readonly M[],
  { scale, lossy }: { scale: number; lossy: boolean },
): M | undefined {
  const all = models.filter((model) => model.scale === scale);
  const named = all.filter((model) => model.named);
  const fits = named.length > 0 ? named : all;
  const suits = ({ degradation }: Candidate) => !degradation || (degradation === 'photo') === lossy;
  return fits.find(suits) ?? fits[0];
}

const alternatives = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** The scales that models have, for a sentence: `2, 3 or 4`. */
export function listScales(models: readonly Candidate[]): string {
  const scales = [...new Set(models.map(({ scale }) => scale))].sort((a, b) => a - b);
  return alternatives.format(scales.map(String));
}
