-- Community strata below the threshold, and their samples at two significant digits. Nothing is said of what fewer than k contributors
-- have sent: the number would be theirs.
WITH
  toInt64(sum(lines)) AS samples_exact,
  toInt64(exp10(greatest(length(toString(samples_exact)) - 2, 0))) AS unit
SELECT toInt32(if(uniqExact(contributor) >= {k:Int64}, uniqExact(cell_id), 0)) AS cells,
  toInt32(if(uniqExact(contributor) >= {k:Int64}, intDiv(samples_exact + intDiv(unit, 2), unit) * unit, 0)) AS samples
FROM placed WHERE NOT fits AND NOT gone
