-- How many values of a stratum fall into each bucket; `metric` is a number of `quantities`.
CREATE OR REPLACE TEMPORARY TABLE stratum_bins (stratum_id Int32, metric UInt8, idx Int32, n Int64)
