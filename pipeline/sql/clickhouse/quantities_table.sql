CREATE OR REPLACE TEMPORARY TABLE quantities (metric UInt8, name String)
