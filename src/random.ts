/** Numbers from a seed: the same seed gives the same numbers everywhere. */
export interface Random {
  /** The next number of a uniform distribution on [0, 1), in steps of 2⁻³². */
  uniform(): number;
  /** The next number of a normal distribution with mean 0 and variance 1. */
  normal(): number;
}

/**
 * sfc32, Chris Doty-Humphrey's "small fast counting" generator of 128 bits of state (PractRand), with the
 * state (0, seed's high half, seed's low half, 1) and 12 first numbers thrown away; normal numbers by
 * Box and Muller (1958).
 *
 * @param seed any safe integer.
 */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [0, Math.floor(seed / 2 ** 32) | 0, seed | 0, 1];
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = () => next() / 2 ** 32;
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { uniform, normal };
}

/** The next whole number of a uniform distribution on 0..count−1. */
export function below(count: number, random: Random): number {
  return Math.floor(random.uniform() * count);
}
