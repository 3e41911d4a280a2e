/** Whether an address is this host's alone: loopback, or the address that stands for every address of the host. */
export function isLoopback(address: string): boolean {
  return /^(127(\.\d+){3}|::1|0\.0\.0\.0|::|::ffff:7f.*)$/.test(address)
}

/** Whether the host that a URL names, without looking it up, is surely this one. */
export function namesThisHost(url: string): boolean {
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return /^(.*\.)?localhost\.?$/.test(hostname) || isLoopback(hostname)
}
