/** A row of llama-bench -o jsonl with the fields that b6097 writes; `changes` overrule. */
export function llamaBenchRow(changes: Record<string, unknown>): Record<string, unknown> {
  return {
    build_commit: '9515c613',
    build_number: 6097,
    cpu_info: 'AMD RYZEN AI MAX+ 395 w/ Radeon 8060S',
    gpu_info: 'Radeon 8060S Graphics',
    backends: 'Vulkan',
    model_filename: '/models/gguf/gpt-oss-20b-F16.gguf',
    model_type: 'gpt-oss ?B F16',
    model_size: 13779337440,
    model_n_params: 20914757184,
    n_batch: 2048,
    n_ubatch: 512,
    n_threads: 16,
    type_k: 'f16',
    type_v: 'f16',
    n_gpu_layers: 99,
    split_mode: 'layer',
    main_gpu: 0,
    no_kv_offload: false,
    flash_attn: false,
    tensor_buft_overrides: 'none',
    embeddings: false,
    n_prompt: 0,
    n_gen: 0,
    n_depth: 0,
    test_time: '2025-08-06T10:00:00Z',
    avg_ns: 1,
    stddev_ns: 0,
    avg_ts: 1,
    stddev_ts: 0,
    samples_ns: [1_000_000_000],
    samples_ts: [1],
    ...changes,
  }
}

/** Rows as the lines of a file. */
export function toJsonl(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
