-- Accepted benchmark rows by what they have in common, and the quantities of each that count with their bucket of the histogram.
CREATE OR REPLACE TABLE benchmark_groups (
  group_id INTEGER, source VARCHAR, model_id VARCHAR, model_slug VARCHAR, quantization VARCHAR, gpu_id VARCHAR, gpu_count INTEGER,
  engine VARCHAR, engine_version VARCHAR, measurement_type VARCHAR, concurrency_bucket VARCHAR,
  engine_backend VARCHAR, prompt_bucket VARCHAR, output_bucket VARCHAR, month VARCHAR, exit VARCHAR, machine VARCHAR);
CREATE OR REPLACE TABLE benchmark_rows (row_id INTEGER, group_id INTEGER, runs INTEGER, concurrency INTEGER, is_derived BOOLEAN);
CREATE OR REPLACE TABLE benchmark_values (row_id INTEGER, metric VARCHAR, value DOUBLE, bucket INTEGER);
