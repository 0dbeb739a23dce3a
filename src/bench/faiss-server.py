"""Measures native FAISS on vectors of a file, with one thread, for `npm run bench -- index --faiss`.

usage: faiss-server.py

Reads one JSON object a line, {"path", "chunks", "dimensions", "k", "rounds", "kind"}: 32-bit floats, chunks first, then
questions; kind is flat, sq8 or hnsw. Answers each with one line: {"buildMs", "milliseconds", "hits", "addMs", "saveMs",
"openMs", "savedBytes"}, where milliseconds holds a row for each round.
"""

import json
import os
import sys
import tempfile
import time

import faiss
import numpy

faiss.omp_set_num_threads(1)


def create(kind, dimensions):
    if kind == "flat":
        return faiss.IndexFlatIP(dimensions)
    if kind == "sq8":
        return faiss.IndexScalarQuantizer(
            dimensions, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
    index = faiss.IndexHNSWFlat(dimensions, 32, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efSearch = 64
    return index


def timed(work):
    started_at = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - started_at) * 1000


def measure(path, chunks, dimensions, k, rounds, kind):
    rows = numpy.fromfile(path, dtype="<f4").reshape(-1, dimensions)
    questions = rows[chunks:]
    index = create(kind, dimensions)

    def build():
        if not index.is_trained:
            index.train(rows[:chunks])
        index.add(rows[:chunks])

    _, build_ms = timed(build)
    milliseconds, hits = [], []
    # Round 0 warms up.
    for round_number in range(rounds + 1):
        found = [timed(lambda: index.search(question[None], k)[1][0].tolist()) for question in questions]
        hits = [each for each, _ in found]
        if round_number > 0:
            milliseconds.append([time for _, time in found])
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "index.faiss")
        _, save_ms = timed(lambda: faiss.write_index(index, file))
        saved_bytes = os.path.getsize(file)
        _, open_ms = timed(lambda: faiss.read_index(file).search(questions[:1], k))
    _, add_ms = timed(lambda: index.add(questions[:1]))
    return {
        "buildMs": build_ms,
        "milliseconds": milliseconds,
        "hits": hits,
        "addMs": add_ms,
        "saveMs": save_ms,
        "openMs": open_ms,
        "savedBytes": saved_bytes,
    }


print(json.dumps({"version": faiss.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(measure(**json.loads(line))), flush=True)
