-- The value that stands for bucket i of the histogram: the point whose relative distance to both of the bucket's bounds is equal.
CREATE OR REPLACE MACRO bucket_value(i) AS 2 * pow(2.0, i / 32.0) / (1 + pow(2.0, 1 / 32.0));
-- A count at two significant digits.
CREATE OR REPLACE MACRO two_digits(n) AS round(n, (2 - length(n::BIGINT::VARCHAR))::INTEGER)::INTEGER;
-- A count as it is published: exact where curated.
CREATE OR REPLACE MACRO published(kind, n) AS CASE WHEN kind = 'curated' THEN n::INTEGER ELSE two_digits(n::BIGINT) END;
CREATE OR REPLACE MACRO evidence_of(kind, contributors) AS
  CASE WHEN kind = 'curated' THEN 'curated' WHEN contributors < 5 THEN 'insufficient' WHEN contributors < 8 THEN 'provisional' ELSE 'ranked' END;
-- Whether a community cell went with a contributor who withdrew.
CREATE OR REPLACE MACRO is_withdrawn(kind, model, weights, gpu, gpus, e, v, type, b, m) AS kind = 'community' AND EXISTS (
  SELECT 1 FROM withdrawn w
  WHERE w.model_id = model AND w.quantization = weights AND w.gpu_id = gpu AND w.gpu_count = gpus AND w.engine = e
    AND w.engine_version = v AND w.measurement_type = type AND w.prompt_bucket = b AND w.month = m);
-- Bucket i, or the nearest one from low to high; i itself where there are no such bounds.
CREATE OR REPLACE MACRO inward(i, low, high) AS CASE WHEN i IS NULL OR low IS NULL THEN i ELSE least(greatest(i, low), greatest(low, high)) END;
-- A rate: pooled where curated, else the mean of the contributors' own, in whole billionths so that it does not depend on their order.
CREATE OR REPLACE MACRO rate_of(kind, part, n, people) AS CASE WHEN kind = 'curated' THEN part / n
  ELSE list_sum(list_transform(people, lambda person: (person.part * 1000000000 // person.whole)::HUGEINT))::DOUBLE / len(people) / 1000000000 END;
-- A part of a whole in thousandths.
CREATE OR REPLACE MACRO share_of(part, whole) AS round(1000 * part::DOUBLE / whole::DOUBLE)::INTEGER;
