import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Admission, type Visit } from '../../src/node/server/admission.ts';

/** A response to nobody. */
function response(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

it.each<[string, string, (visit: Visit) => Promise<never>]>([
  ['arriving', 'the picture took longer than 0.02 s to arrive', forever],
  [
    'waiting',
    'the picture waited 0.02 s for its turn; try again in 1 s',
    (visit) => {
      visit.arrived();
      return forever();
    },
  ],
  [
    'being served',
    'enlarging took longer than 0.02 s',
    (visit) => {
      visit.arrived();
      return visit.serve(forever);
    },
  ],
])('bounds the time of %s', async (_, message, work) => {
  const admission = new Admission({ places: 1, seconds: 0.02, transferSeconds: 0.02 });
  await expect(admission.admit(response(), work)).rejects.toThrow(message);
});

function forever(): Promise<never> {
  return new Promise(() => {});
}

it('keeps the place of work that goes on after its time', async () => {
  const admission = new Admission({ places: 1, seconds: 0.02, transferSeconds: 1 });
  const outgoing = response();
  let end = () => {};
  const work = new Promise<void>((resolve) => {
    end = resolve;
  });
  await expect(admission.admit(outgoing, (visit) => visit.serve(() => work))).rejects.toThrow(
    'enlarging took',
  );
  outgoing.emit('close');
  await delay(5);
  await expect(admission.admit(response(), forever)).rejects.toThrow('too many pictures are waiting');
  end();
  await admission.empty();
  expect(admission.count).toBe(0);
});

/** Two requests on one connection, whose answers nobody reads: the one behind the other is admitted. */
async function admittedBehindAnother(admission: Admission) {
  const http = createServer((request, response) => {
    if (request.url === '/first') response.write(Buffer.alloc(64 * 1024 ** 2));
    else admission.admit(response, async () => 'second').then((text) => response.end(text));
  });
  onTestFinished(() => void http.close());
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const client = connect((http.address() as AddressInfo).port, '127.0.0.1').pause();
  client.on('error', () => {});
  client.write(
    ['first', 'second'].map((name) => `GET /${name} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''),
  );
  while (admission.count === 0) await delay(5);
  return client;
}

it('frees the place of an answer that waited behind another when their client goes away', async () => {
  const admission = new Admission({ places: 1, seconds: 60, transferSeconds: 60 });
  (await admittedBehindAnother(admission)).destroy();
  await admission.empty();
});

it('cuts off a client whose answer waits too long behind another', async () => {
  const admission = new Admission({ places: 1, seconds: 60, transferSeconds: 0.5 });
  const client = await admittedBehindAnother(admission);
  await admission.empty();
  client.destroy();
});

it('cuts off a client that does not fetch its answer, and keeps its place until then', async () => {
  const admission = new Admission({ places: 1, seconds: 60, transferSeconds: 0.5 });
  // More than the system's buffers take.
  const answer = Buffer.alloc(64 * 1024 ** 2);
  const http = createServer((_, response) => {
    admission.admit(response, async () => answer).then((bytes) => response.end(bytes));
  });
  onTestFinished(() => void http.close());
  await once(http.listen(0, '127.0.0.1'), 'listening');

  const lazy = connect((http.address() as AddressInfo).port, '127.0.0.1').pause();
  lazy.on('error', () => {});
  lazy.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  while (admission.count === 0) await delay(5);
  await admission.empty();
  const closed = once(lazy, 'close');
  lazy.resume();
  await closed;
  expect(lazy.bytesRead).toBeGreaterThan(0);
  expect(lazy.bytesRead).toBeLessThan(answer.length);
});
