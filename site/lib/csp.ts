/**
 * The content security policy of a page. No page may load or send anything outside this site, no inline script, style or style attribute
 * runs. `engine` admits what the SQL engine needs: compiling WebAssembly and a worker.
 */
export function contentSecurityPolicy({ engine = false } = {}): string {
  return [
    "default-src 'none'",
    `script-src 'self'${engine ? " 'wasm-unsafe-eval'" : ''}`,
    ...(engine ? ["worker-src 'self'"] : []),
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}
