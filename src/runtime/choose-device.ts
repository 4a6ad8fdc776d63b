import { InputError } from '../errors.ts';
import { relativeDifference, type Tensor } from '../tensor.ts';
import { DEVICES, type Device, type DeviceChoice, type Runtime, type Session } from './runtime.ts';

export interface DeviceRequest {
  device?: DeviceChoice | undefined;
  threads?: number | undefined;
  /** Input on which `auto` compares an accelerator with the CPU; the model has one input and one output. */
  probe: { input: string; output: string; tensor: Tensor };
}

export interface ChosenSession {
  session: Session;
  /** What `auto` tried and did not take, and why; one sentence each. */
  notes: string[];
}

/** Largest difference, relative to the largest value, at which an accelerator's result counts as right. */
const TOLERANCE = 1e-2;

/**
 * Opens a model on the device that was asked for. With `auto`, the runtime's accelerators are tried in its order: one
 * is taken if it reproduces the CPU's result on the probe and takes less time (a wrong driver gives wrong
 * pictures; an emulated one works, but slower than the CPU). One that was named only has to be right.
 *
 * @throws {InputError} where a device that was named does not work here, or gives a wrong result
 */
export async function openSession(
  runtime: Runtime,
  model: Uint8Array,
  request: DeviceRequest,
): Promise<ChosenSession> {
  const { device = 'auto', threads } = request;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new InputError(`threads must be a positive whole number, found ${threads}`);
  }
  if (device !== 'auto') {
    const session = await openNamed(runtime, model, device, threads);
    if (device !== 'cpu') await checkNamed(runtime, model, session, request);
    return { session, notes: [] };
  }
  const cpu = await runtime.createSession(model, { device: 'cpu', threads });
  const notes: string[] = [];
  for (const candidate of runtime.accelerators()) {
    const result = await tryAccelerator(runtime, model, candidate, cpu, request);
    if (typeof result !== 'string') {
      await cpu.dispose();
      return { session: result, notes };
    }
    notes.push(result);
  }
  return { session: cpu, notes };
}

async function openNamed(
  runtime: Runtime,
  model: Uint8Array,
  device: Device,
  threads?: number,
): Promise<Session> {
  if (!DEVICES.includes(device)) {
    throw new InputError(`unknown device "${device}": expected auto, ${DEVICES.join(', ')}`);
  }
  if (!runtime.devices.includes(device)) {
    throw new InputError(
      `the device "${device}" does not exist on this platform: expected auto, ${runtime.devices.join(', ')}`,
    );
  }
  try {
    return await runtime.createSession(model, { device, threads });
  } catch (error) {
    throw new InputError(`the device "${device}" does not work here (${firstLine(error)}); use auto or cpu`);
  }
}

/** @throws {InputError} where the session gives another result than the CPU; it is closed then */
async function checkNamed(
  runtime: Runtime,
  model: Uint8Array,
  session: Session,
  { threads, probe }: DeviceRequest,
): Promise<void> {
  let cpu: Session | undefined;
  try {
    cpu = await runtime.createSession(model, { device: 'cpu', threads });
    const difference = relativeDifference(await run(session, probe), await run(cpu, probe));
    if (difference <= TOLERANCE) return;
    throw new InputError(
      `the device "${session.device}" ${wrongResult(difference)}; its driver may be at fault: use auto or cpu`,
    );
  } catch (error) {
    await session.dispose();
    throw error;
  } finally {
    await cpu?.dispose();
  }
}

/** A session on the accelerator, or the reason why it is not taken. */
async function tryAccelerator(
  runtime: Runtime,
  model: Uint8Array,
  device: Device,
  cpu: Session,
  { threads, probe }: DeviceRequest,
): Promise<Session | string> {
  let session: Session | undefined;
  try {
    session = await runtime.createSession(model, { device, threads });
    const [expected, cpuSeconds] = await timedRun(cpu, probe);
    const [found, seconds] = await timedRun(session, probe);
    const difference = relativeDifference(found, expected);
    if (difference <= TOLERANCE && seconds < cpuSeconds) return session;
    await session.dispose();
    return difference <= TOLERANCE
      ? `${device} works, but takes ${(seconds / cpuSeconds).toFixed(1)} times as long as the CPU`
      : `${device} ${wrongResult(difference)}`;
  } catch (error) {
    await session?.dispose();
    return `${device} does not work here: ${firstLine(error)}`;
  }
}

/** The output and the seconds of the second run: the first one also compiles shaders. */
async function timedRun(session: Session, probe: DeviceRequest['probe']): Promise<[Float32Array, number]> {
  await run(session, probe);
  const start = performance.now();
  const result = await run(session, probe);
  return [result, (performance.now() - start) / 1000];
}

async function run(
  session: Session,
  { input, output, tensor }: DeviceRequest['probe'],
): Promise<Float32Array> {
  const result = await session.run({ [input]: tensor });
  return result[output]?.data ?? new Float32Array();
}

const wrongResult = (difference: number) =>
  `gives a wrong result (relative difference ${difference.toPrecision(2)})`;

/** The first line of a message, without the source position that ONNX Runtime's checks put before it. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/^.* was false\. /, '');
}
