import { expect, it } from 'vitest';
import { chooseModel } from '../../src/upscale/choose-model.ts';

const CLEAN = { name: 'clean', scale: 2, degradation: 'BI' } as const;
const PHOTO = { name: 'photo', scale: 2, degradation: 'photo' } as const;
const OTHER = { name: 'other', scale: 2, degradation: 'BI' } as const;
const X3 = { name: 'x3', scale: 3, degradation: 'BI' } as const;
const OWN = { name: 'own', scale: 2 };

it('takes the first that suits the picture', () => {
  const models = [X3, CLEAN, OTHER, PHOTO];
  expect(chooseModel(models, { scale: 2, lossy: false })).toBe(CLEAN);
  expect(chooseModel(models, { scale: 2, lossy: true })).toBe(PHOTO);
});

it('takes the first of the scale where none suits the picture', () => {
  expect(chooseModel([CLEAN, X3], { scale: 3, lossy: true })).toBe(X3);
  expect(chooseModel([X3, PHOTO], { scale: 2, lossy: false })).toBe(PHOTO);
});

it('takes weights of which nothing is known for any picture', () => {
  expect(chooseModel([OWN, PHOTO], { scale: 2, lossy: true })).toBe(OWN);
  expect(chooseModel([OWN, CLEAN], { scale: 2, lossy: false })).toBe(OWN);
});

it('takes those that were named before all others of the scale', () => {
  const named = { ...CLEAN, named: true };
  expect(chooseModel([named, PHOTO], { scale: 2, lossy: true })).toBe(named);
  expect(chooseModel([PHOTO, named], { scale: 2, lossy: true })).toBe(named);
  const both = [named, { ...PHOTO, named: true }] as const;
  expect(chooseModel([...both, OTHER], { scale: 2, lossy: true })).toBe(both[1]);
  expect(chooseModel([named, X3], { scale: 3, lossy: true })).toBe(X3);
});

it('finds none for a scale that no model has', () => {
  expect(chooseModel([CLEAN, X3], { scale: 4, lossy: false })).toBeUndefined();
});
