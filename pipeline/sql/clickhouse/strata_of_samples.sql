-- Counts the samples of a table into strata, a row each, with columns named as in Stratum. `pairs` are bins and their counts, one
-- after the other: a bin is quantity * {buckets} + bucket - {first_bucket}, the bucket of a value ceil(log2(v) * 32). Values outside the
-- buckets come from times that no clock measures and count nowhere. One pass; a cluster counts on each of its servers.
SELECT contributor, host, model_id, model_slug, quantization, gpu_id, gpu_count, engine, engine_version, measurement_type, concurrency_bucket,
  engine_backend, prompt_bucket, month, exit, first_token_counts, tokens_count, lines,
  arrayFlatten(arrayMap((bin, n) -> [bin, accurateCast(n, 'Int32')], bins.1, bins.2)) AS pairs
FROM (
  WITH
    exp2({first_bucket:Int32} / 32) AS least, exp2(({first_bucket:Int32} + {buckets:Int32} - 1) / 32) AS most,
    -- By which pieces show a speed: contracts/metrics.ts.
    pieces IS NULL OR ifNull(measurement_type, '') != 'batched_offline' AS one_sequence,
    ifNull(timing_source, '') = 'engine' AS engine_timed,
    engine_timed OR pieces IS NULL OR (pieces - 1 <= 1.2 * (tokens_out - 1) AND
      (first_token_ms + decode_time_ms <= 1.2 * decode_time_ms OR tokens_out - 1 <= 1.2 * (pieces - 1))) AS shows_decode,
    engine_timed OR pieces IS NULL OR (tokens_out <= 2 * pieces AND pieces <= 2 * tokens_out) AS shows_first_token,
    [ if(one_sequence AND shows_decode AND tokens_out >= 32 AND decode_time_ms >= 250, (tokens_out - 1) * 1000 / decode_time_ms, NULL),
      if(shows_first_token AND tokens_out >= 1, first_token_ms, NULL),
      if(shows_first_token AND tokens_out >= 1 AND measurement_type = 'single_stream', (tokens_in - ifNull(tokens_in_cached, 0)) * 1000 / first_token_ms, NULL),
      if(one_sequence, tokens_out * 1000 / (first_token_ms + decode_time_ms), NULL),
      toFloat64(vram_used_mb_peak), if(output_tps > 0, output_tps, NULL), if(output_tps > 0, toFloat64(concurrency), NULL) ] AS quantities,
    arrayFilter(bin -> bin >= 0, arrayMap(
      (v, quantity) -> if(v >= least AND v <= most,
        toInt32(quantity * {buckets:Int32} + toInt32(ceil(log2(v) * 32)) - {first_bucket:Int32}), -1),
      quantities, range(7))) AS bins_of_sample
  SELECT contributor, ifNull(host_id, '') AS host, model_id, model_slug, quantization_id AS quantization, gpu_id,
    toInt32(ifNull(gpu_count, 1)) AS gpu_count, engine_id AS engine, engine_version,
    -- A sample that does not state its type ran under unknown load: never counted as single-user speed.
    ifNull(measurement_type, 'batched_online') AS measurement_type,
    -- By contracts/load.ts.
    multiIf(measurement_type = 'single_stream', '1', concurrency IS NULL, 'unknown', concurrency <= 1, '1', concurrency <= 4, '2-4',
      concurrency <= 8, '5-8', concurrency <= 16, '9-16', concurrency <= 32, '17-32', concurrency <= 64, '33-64',
      concurrency <= 128, '65-128', concurrency <= 256, '129-256', 'gt256') AS concurrency_bucket,
    ifNull(engine_backend, 'unknown') AS engine_backend,
    -- No task has a prompt of 0 tokens: that one ended before they were counted.
    multiIf(tokens_in = 0, 'unknown', tokens_in <= 128, 'le128', tokens_in <= 512, 'le512', tokens_in <= 2048, 'le2k',
      tokens_in <= 8192, 'le8k', tokens_in <= 32768, 'le32k', 'gt32k') AS prompt_bucket,
    month, exit,
    NOT ifNull(cold_start, false) AND (ifNull(streamed, true) OR ifNull(timing_source, '') = 'engine') AS first_token_counts,
    NOT ifNull(tokens_estimated, false) AS tokens_count,
    toFloat64(count()) AS lines, sumMap(bins_of_sample, arrayMap(bin -> toUInt64(1), bins_of_sample)) AS bins
  FROM {samples:Identifier}
  GROUP BY ALL
)
SETTINGS final = 1, output_format_arrow_compression_method = 'none', output_format_arrow_string_as_string = 1,
  output_format_arrow_low_cardinality_as_dictionary = 0
FORMAT ArrowStream
