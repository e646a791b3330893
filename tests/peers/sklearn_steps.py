"""Trains an MLP with scikit-learn's MLPClassifier and tells how long steps took: a peer of tests/DistSgd.Benchmarks.

usage: sklearn_steps.py DATA WIDTHS BATCH

DATA holds images.u8 and labels.u8. Each line N on standard input trains N steps and is answered by the seconds they took. The classifier
neither clips nor counts right classes, so its step does less than one of DistSgd.
"""
import sys
import time
import warnings

import numpy
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")
folder, widths, batch = sys.argv[1], [int(w) for w in sys.argv[2].split(",")], int(sys.argv[3])
labels = numpy.fromfile(folder + "/labels.u8", dtype=numpy.uint8)
images = numpy.fromfile(folder + "/images.u8", dtype=numpy.uint8).reshape(len(labels), -1)
model = MLPClassifier(
    hidden_layer_sizes=widths[1:-1], solver="sgd", momentum=0.9, nesterovs_momentum=False, alpha=0,
    batch_size=batch, learning_rate_init=0.05, shuffle=False)
random = numpy.random.default_rng(1)
for line in sys.stdin:
    left, seconds = int(line), 0.0
    while left > 0:
        steps = min(left, max(1, len(labels) // batch))
        start = time.perf_counter()
        chosen = random.permutation(len(labels))[:steps * batch]
        model.partial_fit(images[chosen].astype(numpy.float32) / 255, labels[chosen], classes=range(widths[-1]))
        seconds += time.perf_counter() - start
        left -= steps
    print(seconds, flush=True)
