-- The bins of counted samples, a row each.
INSERT INTO stratum_bins
SELECT stratum_id, intDiv(bin.1, 65536), toInt32(bin.1 % 65536) - 32768, bin.2
FROM counted_samples ARRAY JOIN arrayZip(bins.1, bins.2) AS bin
