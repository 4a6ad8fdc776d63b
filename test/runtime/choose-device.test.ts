import { describe, expect, it } from 'vitest';
import { openSession } from '../../src/runtime/choose-device.ts';
import type { Device, Runtime } from '../../src/runtime/runtime.ts';

const PROBE = { input: 'x', output: 'y', tensor: { data: Float32Array.of(1, 2, 3), dims: [3] } };

interface Behaviour {
  milliseconds?: number;
  result?: number[];
  fails?: string;
}

/** A runtime whose devices double their input after a while, or do what they are told to. */
function runtime(behaviour: Partial<Record<Device, Behaviour>>): Runtime & { open: Set<Device> } {
  const open = new Set<Device>();
  const devices = Object.keys(behaviour) as Device[];
  return {
    open,
    devices,
    accelerators: () => devices.filter((device) => device !== 'cpu'),
    async createSession(_, { device }) {
      const { milliseconds = 0, result, fails } = behaviour[device] ?? {};
      if (fails) throw new Error(fails);
      open.add(device);
      return {
        device,
        async run({ x }) {
          await new Promise((resolve) => setTimeout(resolve, milliseconds));
          return {
            y: { data: result ? Float32Array.from(result) : x!.data.map((value) => 2 * value), dims: [3] },
          };
        },
        async dispose() {
          open.delete(device);
        },
      };
    },
  };
}

const open = (where: Runtime, device?: 'auto' | Device) =>
  openSession(where, new Uint8Array(), { device, probe: PROBE });

describe('auto', () => {
  it('takes an accelerator that is right and faster, and closes the CPU', async () => {
    const where = runtime({ webgpu: {}, cpu: { milliseconds: 60 } });
    const { session, notes } = await open(where);
    expect(session.device).toBe('webgpu');
    expect(notes).toEqual([]);
    expect([...where.open]).toEqual(['webgpu']);
  });

  it.each([
    ['fails', { fails: 'no adapter\nat line 3' }, /^cuda does not work here: no adapter$/],
    ['is wrong', { result: [2, 4, 6.5] }, /^cuda gives a wrong result \(relative difference 0\.083\)$/],
    ['gives NaN', { result: [2, Number.NaN, 6] }, /^cuda gives a wrong result/],
    ['gives too little', { result: [2, 4] }, /^cuda gives a wrong result/],
    ['is slower', { milliseconds: 100 }, /^cuda works, but takes [\d.]+ times as long as the CPU$/],
  ] as const)('does not take one that %s, and says why', async (_, cuda, note) => {
    const where = runtime({ cuda: cuda as Behaviour, cpu: { milliseconds: 20 } });
    const { session, notes } = await open(where);
    expect(session.device).toBe('cpu');
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(note);
    expect([...where.open]).toEqual(['cpu']);
  });
});

describe('a device that was named', () => {
  it('is taken even where it is slow', async () => {
    const { session } = await open(runtime({ webgpu: { milliseconds: 50 }, cpu: {} }), 'webgpu');
    expect(session.device).toBe('webgpu');
  });

  it('is an error where it gives a wrong result, and nothing stays open', async () => {
    const where = runtime({ webgpu: { result: [0, 0, 0] }, cpu: {} });
    await expect(open(where, 'webgpu')).rejects.toThrow(
      'the device "webgpu" gives a wrong result (relative difference 1.0); its driver may be at fault: use auto or cpu',
    );
    expect([...where.open]).toEqual([]);
  });

  it('does not stay open where there is no CPU to compare it with', async () => {
    const where = runtime({ webgpu: {}, cpu: { fails: 'not enough memory' } });
    await expect(open(where, 'webgpu')).rejects.toThrow('not enough memory');
    expect([...where.open]).toEqual([]);
  });

  it('is an error where it does not work or does not exist', async () => {
    const where = runtime({ cuda: { fails: 'no library' }, cpu: {} });
    await expect(open(where, 'cuda')).rejects.toThrow(
      'the device "cuda" does not work here (no library); use auto or cpu',
    );
    await expect(open(where, 'dml')).rejects.toThrow(
      'the device "dml" does not exist on this platform: expected auto, cuda, cpu',
    );
    await expect(open(where, 'gpu' as Device)).rejects.toThrow(
      'unknown device "gpu": expected auto, cuda, dml, coreml, webgpu, cpu',
    );
  });
});
