import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { decodePicture, encodePicture, loadNetwork, shippedModelPath, shippedModels } from 'sisr/node';

const network = await loadNetwork(shippedModelPath(shippedModels()[0]));

const server = createServer(async (request, response) => {
  try {
    const { image } = await decodePicture(await buffer(request), { limitPixels: 1_000_000 });
    const { bytes } = await encodePicture(await network.upscale(image), { format: 'png' });
    response.writeHead(200, { 'Content-Type': 'image/png' }).end(bytes);
  } catch (error) {
    response.writeHead(422).end(`${error.message}\n`);
  }
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
