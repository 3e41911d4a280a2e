import CheckWorker from './worker.ts?worker&inline'

/** A worker of this page: made from a blob, so that the page's policy holds in it too and it can connect to nothing. */
export function createWorker(): Worker {
  return new CheckWorker()
}
