/** A run in the words of the summary that serving benchmarks print. */
interface Run {
  requests: number
  in: number
  out: number
  seconds: number
  /** Maximum request concurrency, where it is printed. */
  maximum?: number
  /** Lines to add or to put in the place of others. */
  more?: string
}

/** A printed summary: 50 ms to the first token, 10 ms per further one. */
export function servingBlock(run: Run): string {
  const rate = (run.out / run.seconds).toFixed(2)
  return `============ Serving Benchmark Result ============
Successful requests:                     ${run.requests}
${run.maximum === undefined ? '' : `Maximum request concurrency:             ${run.maximum}\n`}Benchmark duration (s):                  ${run.seconds.toFixed(2)}
Total input tokens:                      ${run.in}
Total generated tokens:                  ${run.out}
Output token throughput (tok/s):         ${rate}
Peak concurrent requests:                ${run.requests}.00
${run.more ?? ''}
---------------Time to First Token----------------
Mean TTFT (ms):                          50.00
Median TTFT (ms):                        40.00
P99 TTFT (ms):                           90.00
-----Time per Output Token (excl. 1st token)------
Mean TPOT (ms):                          10.00
Median TPOT (ms):                        9.00
P99 TPOT (ms):                           30.00
---------------Inter-token Latency----------------
Mean ITL (ms):                           10.00
Median ITL (ms):                         9.00
==================================================`
}
