import { BlockList, isIP } from 'node:net'
import { hostname } from 'node:os'
import { compilePattern, type NamePattern } from './model_patterns.ts'

const HOSTNAME = hostname().toLowerCase()
const PRIVATE = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 32],
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  PRIVATE.addSubnet(net, bits)
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6')

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1)$/
/** Names that no public resolver serves: `localhost`, those without a dot, such as a container's, and domains of local networks. */
const LOCAL_NAME = /^[^.]+$|\.(localhost|local|internal)$/

/**
 * Refuses requests under foreign names to a gateway that listens on a loopback address, as Ollama does (CVE-2024-28224): a web
 * page whose own name resolves to 127.0.0.1 could read the answers of such requests. A gateway on another address has no such limit.
 */
export class HostGuard {
  readonly #own: string
  readonly #guards: boolean
  readonly #allowed: readonly NamePattern[]

  /** @param listen `host:port` where the server listens; @param allowed further names, in which `*` matches any characters */
  constructor(listen: string, allowed: readonly string[]) {
    this.#own = nameOf(listen)
    this.#guards = this.#own === 'localhost' || LOOPBACK.test(this.#own)
    this.#allowed = allowed.map((name) => compilePattern(name.toLowerCase()))
  }

  allows(host: string | undefined): boolean {
    if (!this.#guards) return true
    const name = nameOf(host ?? '')
    if (name === '' || name === this.#own || name === HOSTNAME) return true
    if (isIP(name) !== 0) return PRIVATE.check(name, isIP(name) === 6 ? 'ipv6' : 'ipv4')
    return LOCAL_NAME.test(name) || this.#allowed.some((pattern) => pattern.test(name))
  }
}

/** The name in a Host header, without the port and the brackets of IPv6. */
function nameOf(host: string): string {
  const bracketed = /^\[(.*)\](?::\d*)?$/.exec(host)?.[1]
  return (bracketed ?? host.replace(/:\d*$/, '')).replace(/\.$/, '').toLowerCase()
}
