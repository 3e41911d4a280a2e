-- What the bins behind each cell are folded from, in the order in which they are, with the bucket of the median.
SELECT cell_no, metric, idx, contributor, n::DOUBLE AS n, w::DOUBLE AS w, middle
FROM weights JOIN (SELECT key AS cell_no, metric, middle FROM estimates) USING (cell_no, metric)
WHERE metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps') OR $every_quantity = 1
ORDER BY cell_no, metric, idx
