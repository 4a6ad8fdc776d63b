/** Arguments of Node that let worker threads run the sources, see register.js. */
export const workerArguments = ['--import', new URL('./register.js', import.meta.url).href];
