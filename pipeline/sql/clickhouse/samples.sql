-- Counts the samples of a table by everything that the published tables tell apart: how many, and how many values of each quantity fall into
-- each bucket of the histogram, idx = ceil(log2(v) * 32). A bin is metric * 2^16 + idx + 2^15, the metric a number of `quantities`.
-- Values outside 2^-32 to 2^48 come from times that no clock measures and count nowhere. One pass; a cluster counts on each of its servers.
CREATE OR REPLACE TEMPORARY TABLE counted_samples AS
SELECT toInt32(rowNumberInAllBlocks()) AS stratum_id, *
FROM (
  WITH
    tokens_out >= 32 AND decode_time_ms >= 250 AS speed_counts,
    [ if(speed_counts, (tokens_out - 1) * 1000 / decode_time_ms, NULL),
      if(tokens_out >= 1, first_token_ms, NULL),
      if(tokens_out >= 1, (tokens_in - ifNull(tokens_in_cached, 0)) * 1000 / first_token_ms, NULL),
      tokens_out * 1000 / ifNull(total_time_ms, first_token_ms + decode_time_ms),
      toFloat64(vram_used_mb_peak),
      power_w ] AS quantities_of_sample,
    arrayFilter(bin -> bin > 0, arrayMap(
      (v, metric) -> if(v >= exp2(-32) AND v <= exp2(48), toUInt32(metric * 65536 + toInt32(ceil(log2(v) * 32)) + 32768), 0),
      quantities_of_sample, range(6))) AS bins_of_sample
  SELECT kind, source, contributor, model_id, model_slug, quantization_id AS quantization, gpu_id, ifNull(gpu_count, 1) AS gpu_count,
    engine_id AS engine, engine_version,
    -- A sample that does not state its type ran under unknown load: never counted as single-user speed.
    ifNull(measurement_type, 'batched_online') AS measurement_type,
    -- No task has a prompt of 0 tokens: that one ended before they were counted. A benchmark may well start from nothing.
    multiIf(tokens_in IS NULL OR (tokens_in = 0 AND kind = 'community'), 'unknown', tokens_in <= 128, 'le128', tokens_in <= 512, 'le512',
      tokens_in <= 2048, 'le2k', tokens_in <= 8192, 'le8k', tokens_in <= 32768, 'le32k', 'gt32k') AS prompt_bucket,
    month, exit,
    NOT ifNull(cold_start, false) AND (ifNull(streamed, true) OR ifNull(timing_source, '') = 'engine') AS first_token_counts,
    NOT ifNull(tokens_estimated, false) AS tokens_count,
    count() AS lines, sumMap(bins_of_sample, arrayMap(bin -> toUInt64(1), bins_of_sample)) AS bins
  FROM {samples:Identifier}
  GROUP BY ALL
)
SETTINGS final = 1
