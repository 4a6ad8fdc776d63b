/**
 * Training on WebGPU, on a graphics card that the processor imitates: Chromium's SwiftShader (Debian: chromium,
 * libvulkan1).
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, temporaryFolder } from '../cli/run.ts';
import { losses, tinyTraining, trainingPictures } from '../cli/training.ts';

const DRIVER = process.env.SWIFTSHADER ?? '/usr/lib/chromium/vk_swiftshader_icd.json';
const folder = temporaryFolder();

describe.skipIf(!existsSync(DRIVER))(`with ${DRIVER}`, () => {
  it('takes the steps of the CPU', async () => {
    const work = join(folder, 'work');
    mkdirSync(work);
    const training = [...tinyTraining(await trainingPictures(folder)), '--clip', '10'];
    const train = (device: string) =>
      runCli([...training, '--device', device, '--name', device], {
        cwd: work,
        env: { ...process.env, VK_ICD_FILENAMES: DRIVER },
      });
    expect(train('cpu').status).toBe(0);
    expect(train('webgpu').status).toBe(0);
    const [cpu, webgpu] = ['cpu', 'webgpu'].map((device) => losses(join(work, 'runs', device)));
    expect(webgpu).toHaveLength(12);
    for (const [i, [step, loss]] of cpu!.entries()) {
      expect(webgpu![i]![0]).toBe(step);
      expect(webgpu![i]![1]! / loss! - 1).toBeCloseTo(0, 4);
    }
  }, 600_000);
});
