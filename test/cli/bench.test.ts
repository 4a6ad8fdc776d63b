/** How fast this machine is: what is measured, not how fast. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectFailure, runCli, temporaryFolder } from './run.ts';

it('measures the devices that work here', () => {
  const args = ['bench', '-m', 'rcan-light-x4', '--size', '16', '--runs', '2', '--json'];
  const { status, stdout } = runCli(args);
  expect(status).toBe(0);
  const { devices, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({ model: 'rcan-light-x4', scale: 4, size: 16, runs: 2 });
  const cpu = devices.find(({ device }: { device: string }) => device === 'cpu');
  expect(cpu.megapixelsPerSecond * cpu.seconds).toBeCloseTo((16 * 4) ** 2 / 1e6, 9);
  expect(cpu.openingSeconds).toBeGreaterThan(0);
});

it('prints a table, and how long a photograph takes', () => {
  const { stdout } = runCli(['bench', '--size', '16', '--runs', '1', '--device', 'cpu', '--threads', '1']);
  expect(stdout).toMatch(/^rcan-light-x2 ×2, 16×16 to 32×32 pixels, median of 1\n/);
  expect(stdout).toMatch(/^ {2}cpu .* s .* s /m);
  expect(stdout).toMatch(/^a photograph of 12 megapixels takes about \S+ on cpu\n$/m);
});

it('refuses what cannot be measured', () => {
  const folder = temporaryFolder();
  const broken = join(folder, 'broken.pt');
  writeFileSync(broken, 'no checkpoint');
  expectFailure(folder, ['bench', '-m', broken], 1, /broken\.pt/);
  expectFailure(folder, ['bench', '--size', '100000'], 2, /--size .*100000/);
  expectFailure(folder, ['bench', '-s', '4', '-m', 'rcan-light-x2'], 2, /rcan-light-x2 enlarges ×2/);
});
