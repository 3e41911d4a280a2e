import { lookup } from 'node:dns/promises'
import { isLoopback, namesThisHost } from '../is_loopback.ts'

/** The addresses of a name. Rejects if it has none. */
export type Resolve = (hostname: string) => Promise<string[]>

const resolveName: Resolve = async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address)

/**
 * Whether the host of a URL is surely this one: its name is a loopback address or resolves to one. Any other address may lead into a container, a
 * virtual machine or through a tunnel, also one that this host has itself: whose GPU is there, only the operator knows.
 */
export async function isThisHost(url: string, resolve: Resolve = resolveName): Promise<boolean> {
  if (namesThisHost(url)) return true
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '')
  const addresses = await resolve(hostname).catch(() => [])
  return addresses.some(isLoopback)
}
