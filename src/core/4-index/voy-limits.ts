/**
 * Above it a search takes more than twice the exact scan's time and the tree hundreds of megabytes (167 MB and
 * 2.6 s for 10,000 × 384). Near 65,000 Voy itself starts to fail.
 */
export const VOY_MAX_CHUNKS = 20_000;

/** Compiled into its WASM. */
export const VOY_DIMENSIONS = 768;
