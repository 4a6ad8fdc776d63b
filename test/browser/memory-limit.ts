/** A script that lets WebAssembly have no more than so many MiB. */
export function memoryLimit(mebibytes: number): string {
  return `{
    const { grow } = WebAssembly.Memory.prototype;
    WebAssembly.Memory.prototype.grow = function (pages) {
      if (this.buffer.byteLength + 65536 * pages > ${mebibytes * 2 ** 20}) throw new RangeError('simulated');
      return grow.call(this, pages);
    };
  }\n`;
}
