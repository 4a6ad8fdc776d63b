import { createRequire } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';
import sharp from 'sharp';

const require = createRequire(import.meta.url);

/** The version of an installed package, or of sisr by the path of its own package.json. */
function packageVersion(manifest: string): string {
  return (require(manifest) as { version: string }).version;
}

/** What a result may depend on beside the input: versions of programs, and the machine. */
export function describeMachine() {
  return {
    sisr: packageVersion('../../package.json'),
    node: process.versions.node,
    onnxruntime: packageVersion('onnxruntime-node/package.json'),
    sharp: sharp.versions.sharp,
    libvips: sharp.versions.vips,
    platform: `${process.platform} ${process.arch}`,
    cpu: { model: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
    /** In bytes. */
    memory: totalmem(),
  };
}
