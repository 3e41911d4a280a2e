import { lookup } from 'node:dns/promises'

/** The addresses of a name. Rejects if it has none. */
export type Resolve = (hostname: string) => Promise<string[]>

const resolveName: Resolve = async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address)

/**
 * Whether the host of a URL is surely this one: its name is a loopback address or resolves to one. Any other address may lead into a container, a
 * virtual machine or through a tunnel, also one that this host has itself: whose GPU is there, only the operator knows.
 */
export async function isThisHost(url: string, resolve: Resolve = resolveName): Promise<boolean> {
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (/^(.*\.)?localhost\.?$/.test(hostname) || isLoopback(hostname)) return true
  const addresses = await resolve(hostname).catch(() => [])
  return addresses.some(isLoopback)
}

/** Loopback, or the address that stands for every address of the host. */
function isLoopback(address: string): boolean {
  return /^(127(\.\d+){3}|::1|0\.0\.0\.0|::|::ffff:7f.*)$/.test(address)
}
