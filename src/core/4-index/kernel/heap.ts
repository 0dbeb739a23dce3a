// The best entries of a scan: a binary heap whose root is the worst of them.

let scores: usize = 0;
let rows: usize = 0;
let size: i32 = 0;
let capacity: i32 = 0;
/** No entry with this score or a lower one gets in. */
export let worst: f32 = -Infinity;

/** Goes on with a heap of `entries` that an earlier scan left. */
export function open(heapScores: usize, heapRows: usize, entries: i32, k: i32): void {
  scores = heapScores;
  rows = heapRows;
  size = entries;
  capacity = k;
  worst = size == capacity ? scoreAt(0) : -Infinity;
}

/** @returns entries in the heap. */
export function close(): i32 {
  return size;
}

/** Takes an entry that is better than the worst, or any while there is room. */
export function offer(score: f32, row: u32): void {
  if (size < capacity) rise(size++, score, row);
  else sink(score, row);
  if (size == capacity) worst = scoreAt(0);
}

@inline function scoreAt(at: i32): f32 {
  return load<f32>(scores + (<usize>at << 2));
}

@inline function put(at: i32, score: f32, row: u32): void {
  store<f32>(scores + (<usize>at << 2), score);
  store<u32>(rows + (<usize>at << 2), row);
}

@inline function move(from: i32, to: i32): void {
  put(to, scoreAt(from), load<u32>(rows + (<usize>from << 2)));
}

/** Places an entry at `at` or above. */
function rise(at: i32, score: f32, row: u32): void {
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (scoreAt(parent) <= score) break;
    move(parent, at);
    at = parent;
  }
  put(at, score, row);
}

/** Places an entry at the root or below. */
function sink(score: f32, row: u32): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && scoreAt(child + 1) < scoreAt(child)) child++;
    if (scoreAt(child) >= score) break;
    move(child, at);
    at = child;
  }
  put(at, score, row);
}
