/** The built server in a process of its own: options as JSON in, its address out, SIGTERM stops it. */
import { createServer } from 'sisr/node';

const server = await createServer(JSON.parse(process.argv[2] ?? '{}'));
process.on('SIGTERM', () => server.close(1));
console.log(server.url);
