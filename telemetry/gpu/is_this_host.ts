import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'

/** What tests replace. */
export interface HostDeps {
  /** The addresses of a name. */
  resolve: (hostname: string) => Promise<string[]>
  /** The addresses of this host. */
  ownAddresses: () => string[]
}

const SYSTEM: HostDeps = {
  resolve: async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address),
  ownAddresses: () => Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
}

/**
 * Whether the host of a URL is this one: its name is an address of this host or resolves to one. A container without the network
 * of the host is another host. False if the name cannot be resolved.
 */
export async function isThisHost(url: string, deps: Partial<HostDeps> = {}): Promise<boolean> {
  const { resolve, ownAddresses } = { ...SYSTEM, ...deps }
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (/^(.*\.)?localhost\.?$/.test(hostname) || isLoopback(hostname)) return true
  const own = new Set(ownAddresses())
  if (own.has(hostname)) return true
  const addresses = await resolve(hostname).catch(() => [])
  return addresses.some((address) => isLoopback(address) || own.has(address))
}

/** Loopback, or the address that stands for every address of the host. */
function isLoopback(address: string): boolean {
  return /^(127(\.\d+){3}|::1|0\.0\.0\.0|::|::ffff:7f.*)$/.test(address)
}
