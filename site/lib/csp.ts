/**
 * The content security policy of a page. No page may load or send anything outside this site, no inline script, style or style attribute
 * runs. `engine` admits what the SQL engine needs: compiling WebAssembly and a worker, and reading its module from a blob. `sealed` forbids every
 * connection, to this site as well. Workers have to come from a blob, since such a one stands under the policy of the page, and one from an
 * address does not.
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
