/** Longest line of a JSONL file, in characters. A sample takes about 500. */
export const LINE_BYTES = 8192

/** Largest file under data/, in bytes, as it lies in the repository. */
export const FILE_BYTES = 25_000_000

/** Largest size to which a compressed file may unpack, in bytes. */
export const UNPACKED_BYTES = 400_000_000

/** Most bytes of benchmark output that one import reads, unpacked and of all its files together: it is held in memory. */
export const RESULT_BYTES = 100_000_000

/** Most lines of a file, blank ones included. As many samples would unpack to more than UNPACKED_BYTES. */
export const FILE_LINES = 2_000_000

/** Most rejected lines of a file that are read, and most problems that are listed of it. */
export const FILE_PROBLEMS = 1000
