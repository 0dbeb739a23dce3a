"""Computes batches of token ids with Python's onnxruntime, for `npm run bench -- embed`.

usage: onnxruntime-server.py MODEL PAD_ID THREADS

Reads one JSON array of batches (each an array of rows of ids) a line and answers each with one line,
{"milliseconds": ..., "vectors": [[...], ...]}: the mean over each row's tokens, scaled to length 1.
"""

import json
import sys
import time

import numpy
import onnxruntime

path, pad_id, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def embed(rows):
    width = max(len(row) for row in rows)
    ids = numpy.full((len(rows), width), pad_id, dtype=numpy.int64)
    mask = numpy.zeros((len(rows), width), dtype=numpy.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    hidden = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    means = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1)[:, None]
    return means / numpy.linalg.norm(means, axis=1, keepdims=True)


print(json.dumps({"version": onnxruntime.__version__}), flush=True)
for line in sys.stdin:
    batches = json.loads(line)
    started_at = time.perf_counter()
    vectors = [embed(rows) for rows in batches]
    milliseconds = (time.perf_counter() - started_at) * 1000
    rows = numpy.concatenate(vectors).tolist()
    print(json.dumps({"milliseconds": milliseconds, "vectors": rows}), flush=True)
