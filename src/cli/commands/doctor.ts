import type { Command } from 'commander';
import { writeOnnx } from '../../graph/onnx.ts';
import { pictureShape } from '../../graph/shape.ts';
import { input } from '../../graph/value.ts';
import { initialState, trace } from '../../nn/block.ts';
import { conv } from '../../nn/layers.ts';
import { describeMachine } from '../../node/machine.ts';
import { nodeRuntime } from '../../node/runtime.ts';
import { shippedModels } from '../../node/shipped-models.ts';
import { firstLine } from '../../runtime/choose-device.ts';
import type { Device } from '../../runtime/runtime.ts';
import { printJson } from '../json.ts';

/** Why a device is not even tried. */
const ABSENT: Partial<Record<Device, string>> = {
  cuda: 'its libraries are not installed (see "Graphics cards" in the README)',
  webgpu: 'no graphics device found',
};

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('say what this machine offers')
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json }: { json?: boolean }) => {
      const report = await examine();
      if (json) printJson(report);
      else process.stdout.write(table(report));
    });
}

type Report = Awaited<ReturnType<typeof examine>>;

async function examine() {
  const devices: { device: Device; works: boolean; reason?: string | undefined }[] = [];
  const candidates = [...nodeRuntime.accelerators(), 'cpu'];
  for (const device of nodeRuntime.devices) {
    const found = candidates.includes(device);
    devices.push({ device, ...(found ? await tryDevice(device) : { works: false, reason: ABSENT[device] }) });
  }
  return {
    ...describeMachine(),
    models: shippedModels().map(({ name }) => name),
    devices,
  };
}

/** Runs one small convolution. */
async function tryDevice(device: Device): Promise<{ works: boolean; reason?: string }> {
  const layer = conv(3, 3, 3);
  const model = writeOnnx(
    { output: trace(layer, input('input', pictureShape(3))) },
    { parameters: initialState(layer, Math.random) },
  );
  try {
    const session = await nodeRuntime.createSession(model, { device });
    try {
      await session.run({ input: { data: new Float32Array(3 * 64), dims: [1, 3, 8, 8] } });
      return { works: true };
    } finally {
      await session.dispose();
    }
  } catch (error) {
    return {
      works: false,
      reason: firstLine(error),
    };
  }
}

function table(report: Report): string {
  const lines = [
    `Node          ${report.node} on ${report.platform}`,
    `CPU           ${report.cpu.model}, ${report.cpu.cores} cores; ${(report.memory / 1024 ** 3).toFixed(1)} GiB of memory`,
    `ONNX Runtime  ${report.onnxruntime}`,
    `sharp         ${report.sharp} (libvips ${report.libvips})`,
    `models        ${report.models.join(', ')}`,
    'devices',
    ...report.devices.map(
      ({ device, works, reason }) =>
        `  ${device.padEnd(8)}    ${works ? 'works' : `does not work: ${reason}`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
