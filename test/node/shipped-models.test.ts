/** The models that ship: their files, cards, and what the README says of them. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withModelsTable } from '../../scripts/models-table.mjs';
import { shippedModelPath, shippedModels } from '../../src/node/shipped-models.ts';

it('are in the README as they were measured (node scripts/models-table.mjs)', () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(readme).toBe(withModelsTable(readme));
});

it('have no path where there is none of the name', () => {
  expect(() => shippedModelPath('rcan-heavy-x2')).toThrow(
    /^model: expected rcan-light-x2, .*, found rcan-heavy-x2$/,
  );
});

describe.each(shippedModels())('$name', (model) => {
  const { name, parameters, scores, sha256 } = model;
  const card = readFileSync(`models/${name}.md`, 'utf8');
  const path = shippedModelPath(model);

  it('is the file of its checksum, small enough to be loaded by a page', () => {
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
    expect(statSync(path).size).toBeLessThan(3e6);
    expect(parameters).toBeLessThan(0.8e6);
  });

  it('has a card with its checksum, its command, its curve and its values', () => {
    expect(card).toContain(sha256);
    expect(card).toMatch(new RegExp(`^sisr train .*--name ${name}(-\\w+)?( |$)`, 'm'));
    expect(card).toContain(`](${name}.svg)`);
    expect(readFileSync(`models/${name}.svg`, 'utf8')).toMatch(/^<svg .*PSNR in dB/s);
    for (const { psnr, ssim } of Object.values(scores))
      expect(card).toContain(`${psnr.toFixed(2)} / ${ssim.toFixed(4)}`);
  });
});
