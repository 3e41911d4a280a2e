-- The value that stands for bucket i of the histogram: the point whose relative distance to both of the bucket's bounds is equal.
CREATE OR REPLACE MACRO bucket_value(i) AS 2 * pow(2.0, i / 32.0) / (1 + pow(2.0, 1 / 32.0));
-- Bucket i where it lies from low to high, else nothing.
CREATE OR REPLACE MACRO resting(i, low, high) AS if(i BETWEEN low AND high, i, NULL);
-- Bucket i, or the nearest one from low to high; i itself where there are no such bounds.
CREATE OR REPLACE MACRO inward(i, low, high) AS CASE WHEN i IS NULL OR low IS NULL THEN i ELSE least(greatest(i, low), greatest(low, high)) END;
-- The spread of few values, at least `least`: their MAD, made as large as the standard deviation of normal values would be.
CREATE OR REPLACE MACRO scaled_mad(x, least) AS greatest(1.4826 * (1 + 1.1 / count(*)) * mad(x), least);
-- The mean of the rates of several contributors, in whole billionths so that it does not depend on their order.
CREATE OR REPLACE MACRO mean_rate(part, whole, digits) AS round(sum((part * 1000000000 // whole)::BIGINT)::DOUBLE / count(*) / 1000000000, digits);
-- The mean of the rates of several cells; null where one of them withholds it.
CREATE OR REPLACE MACRO rolled_up(rate, weight, digits) AS
  if(count(rate) = count(*), round(sum((1000 * rate)::BIGINT * weight)::DOUBLE / sum(weight) / 1000, digits), NULL);
-- The id of a matrix row. What a source does not say is no part of it, nor is the load of a single stream; of curated rows, one at a time is none.
CREATE OR REPLACE MACRO matrix_name(model_slug, quantization, gpu_id, gpu_count, engine, backend, measurement_type, load, source) AS
  lower(concat_ws('_', model_slug, quantization, gpu_id, 'x' || gpu_count, engine, nullif(backend, 'unknown'), measurement_type,
    if(load = 'unknown' OR load = '1' AND (measurement_type = 'single_stream' OR source <> 'community'), NULL, 'c' || load), source));
