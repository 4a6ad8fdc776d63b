import { describe, expect, it } from 'vitest';
import { CallsByInterest, type Interest } from '../../app/shared/calls-by-interest.ts';

describe('calls by interest', () => {
  it('come one at a time: those that are urgent by then first, and never those that nobody wants', async () => {
    const calls = new CallsByInterest();
    const done: string[] = [];
    let running = 0;
    const interests: Record<string, Interest> = { second: 'background', third: 'background', gone: 'urgent' };
    const add = (name: string, interest?: () => Interest) =>
      calls.add(async () => {
        running += 1;
        expect(running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve));
        running -= 1;
        done.push(name);
        return name;
      }, interest);
    const first = add('first', () => 'background');
    const others = ['second', 'third'].map((name) => add(name, () => interests[name]!));
    const gone = add('gone', () => interests.gone!);
    const asked = add('asked');
    interests.third = 'urgent';
    interests.gone = 'none';
    await expect(gone).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(await Promise.all([first, ...others, asked])).toEqual(['first', 'second', 'third', 'asked']);
    expect(done).toEqual(['first', 'third', 'asked', 'second']);
  });

  it('go on after one that fails', async () => {
    const calls = new CallsByInterest();
    const bad = calls.add(() => Promise.reject(new Error('broken')));
    const good = calls.add(async () => 'good');
    await expect(bad).rejects.toThrow('broken');
    expect(await good).toBe('good');
  });
});
