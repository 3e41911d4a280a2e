-- Whose ids each file holds, and when it came.
CREATE OR REPLACE TEMP TABLE id_files AS
SELECT unnest(range(len($1)))::INTEGER AS file, unnest($1::VARCHAR[]) AS contributor, unnest($2::VARCHAR[]) AS arrival
