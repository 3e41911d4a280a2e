/** Longest line of a JSONL file, in characters. A sample takes about 500. */
export const LINE_BYTES = 8192

/** Largest file under data/, in bytes, as it lies in the repository. */
export const FILE_BYTES = 25_000_000

/** Largest size to which a compressed file may unpack, in bytes. */
export const UNPACKED_BYTES = 400_000_000
