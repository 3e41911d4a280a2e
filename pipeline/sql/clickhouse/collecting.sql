-- Community strata below the threshold, and their samples at two significant digits.
WITH
  toInt64(sum(lines)) AS samples_exact,
  toInt64(exp10(greatest(length(toString(samples_exact)) - 2, 0))) AS unit
SELECT toInt32(uniqExact(cell_id)) AS cells, toInt32(intDiv(samples_exact + intDiv(unit, 2), unit) * unit) AS samples
FROM placed WHERE NOT fits AND NOT gone
