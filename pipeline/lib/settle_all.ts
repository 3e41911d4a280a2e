/** Waits for all, even where one fails: none may outlive the folders and connections that it works with. */
export async function settleAll<T extends readonly unknown[]>(promises: T) {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
