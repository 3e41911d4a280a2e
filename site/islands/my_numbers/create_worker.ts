import CheckWorker from './worker.ts?worker&inline'

/** The worker of this page. From a blob, so that it inherits the page's content security policy and can connect to nothing. */
export function createWorker(): Worker {
  return new CheckWorker()
}
