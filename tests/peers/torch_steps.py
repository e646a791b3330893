"""Trains an MLP with PyTorch eager and tells how long steps took: the peer of tests/DistSgd.Benchmarks.

usage: torch_steps.py DATA WIDTHS BATCH THREADS [hogwild]

DATA holds images.u8 and labels.u8. Each line N on standard input trains N steps (in hogwild mode N in each of THREADS processes,
which share the parameters) and is answered by the seconds they took. A step does what a step of DistSgd does: it gathers a batch of
bytes, scales it, goes forward and backward, counts right classes, clips by the global norm, looks for NaN, and updates with momentum.
"""
import sys
import time

import numpy
import torch
import torch.nn.functional as F

CLIP, RATE, MOMENTUM = 5.0, 0.05, 0.9


class Trainer:
    def __init__(self, folder, model, batch, seed):
        labels = numpy.fromfile(folder + "/labels.u8", dtype=numpy.uint8)
        self.images = torch.from_numpy(numpy.fromfile(folder + "/images.u8", dtype=numpy.uint8).reshape(len(labels), -1))
        self.labels = torch.from_numpy(labels.astype(numpy.int64))
        self.model, self.batch = model, batch
        self.parameters = list(model.parameters())
        self.optimizer = torch.optim.SGD(self.parameters, lr=RATE, momentum=MOMENTUM)
        self.generator = torch.Generator().manual_seed(seed)
        self.order, self.position = None, len(labels)
        self.loss = self.correct = 0

    def next_batch(self):
        if self.position + self.batch > len(self.labels):
            self.order, self.position = torch.randperm(len(self.labels), generator=self.generator), 0
        chosen = self.order[self.position:self.position + self.batch]
        self.position += self.batch
        return self.images[chosen].float().mul_(1 / 255), self.labels[chosen]

    def step(self):
        inputs, labels = self.next_batch()
        self.optimizer.zero_grad(set_to_none=True)
        outputs = self.model(inputs)
        loss = F.cross_entropy(outputs, labels)
        loss.backward()
        self.correct += (outputs.argmax(1) == labels).sum().item()
        self.loss += loss.item()
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(self.parameters, CLIP)):
            self.optimizer.step()

    def run(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            self.step()
        return time.perf_counter() - start


def mlp(widths):
    torch.manual_seed(1)
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def hogwild_process(folder, model, batch, seed, connection):
    torch.set_num_threads(1)
    trainer = Trainer(folder, model, batch, seed)
    try:
        while True:
            steps = connection.recv()
            trainer.run(steps)
            connection.send(steps)
    except EOFError:
        pass  # the other side has ended


def hogwild(folder, model, batch, processes):
    model.share_memory()
    context = torch.multiprocessing.get_context("spawn")
    connections = []
    for seed in range(processes):
        ours, theirs = context.Pipe()
        context.Process(target=hogwild_process, args=(folder, model, batch, seed, theirs), daemon=True).start()
        connections.append(ours)

    def run(steps):
        start = time.perf_counter()
        for connection in connections:
            connection.send(steps)
        for connection in connections:
            connection.recv()
        return time.perf_counter() - start

    return run


def main():
    folder, widths, batch, threads = sys.argv[1], [int(w) for w in sys.argv[2].split(",")], int(sys.argv[3]), int(sys.argv[4])
    model = mlp(widths)
    if sys.argv[5:] == ["hogwild"]:
        run = hogwild(folder, model, batch, threads)
    else:
        torch.set_num_threads(threads)
        run = Trainer(folder, model, batch, seed=1).run
    for line in sys.stdin:
        print(run(int(line)), flush=True)


if __name__ == "__main__":
    main()
