import type { Page } from 'playwright-core';

/** RGB of the pixel that the middle of the viewer shows. */
export function middleColour(page: Page): Promise<number[]> {
  return page.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const canvas = document.querySelector('#viewer canvas');
    const [x, y] = [canvas.width, canvas.height].map((size) => Math.floor(size / 2));
    const pixel = new OffscreenCanvas(1, 1).getContext('2d');
    pixel.drawImage(canvas, -x, -y);
    done([...pixel.getImageData(0, 0, 1, 1).data.slice(0, 3)]);
  })))`);
}
