/**
 * The content security policy of a page. No page may connect to another host, and inline scripts, styles and style attributes are blocked.
 * `engine` allows what the SQL engine needs: compiling WebAssembly, a worker, and reading the module from a blob. `sealed` forbids every
 * connection, even to this site. Workers have to come from a blob: such a worker inherits the policy of the page, one from an address does not.
 */
export function contentSecurityPolicy({ engine = false, sealed = false } = {}): string {
  return [
    "default-src 'none'",
    `script-src 'self'${engine ? " 'wasm-unsafe-eval'" : ''}`,
    ...(engine || sealed ? ['worker-src blob:'] : []),
    "style-src 'self'",
    "img-src 'self' data:",
    sealed ? "connect-src 'none'" : `connect-src 'self'${engine ? ' blob:' : ''}`,
    "base-uri 'none'",
    sealed ? "form-action 'none'" : "form-action 'self'",
  ].join('; ')
}
