-- The cell and the matrix row of every group of benchmark rows. They are named as community cells are, but nothing is generalised: the rows
-- are public.
CREATE OR REPLACE TABLE benchmark_placed AS
WITH named AS (
  SELECT *, matrix_name(model_slug, quantization, gpu_id, gpu_count, engine, engine_backend, measurement_type, concurrency_bucket, source) AS matrix_id,
    matrix_id || '_' || left(md5(concat_ws('|', engine_version, prompt_bucket, month)), 12) AS cell_id
  FROM benchmark_groups
)
-- A cell's number is positive, a matrix row's negative, so that both can be keys of one table.
SELECT *, dense_rank() OVER (ORDER BY cell_id)::INTEGER AS cell_no, -dense_rank() OVER (ORDER BY matrix_id)::INTEGER AS matrix_no
FROM named
