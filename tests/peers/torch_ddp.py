"""Trains an MLP with PyTorch's DistributedDataParallel over gloo and tells how long steps took: the peer of a cluster of processes.

usage: torch_ddp.py DATA WIDTHS BATCH PROCESSES tied|free

DATA holds images.u8 and labels.u8; BATCH is what each of PROCESSES processes takes for a step. Each line N on standard input trains N
steps and is answered by the seconds they took. A step does what one of torch_steps.py does, with gradients averaged over the processes
before they are clipped, and with a learning rate that warms up and then falls like a cosine. The processes take turns in one permutation.
Tied to a core each they are faster on wide nets, free on narrow ones.
"""
import math
import os
import sys
import tempfile

import torch
import torch.distributed
from torch.nn.parallel import DistributedDataParallel

import torch_steps

WARM_UP, STEPS = 100, 1_000_000_000


class DistributedTrainer(torch_steps.Trainer):
    def __init__(self, folder, model, batch, rank, processes):
        # The fastest of what was tried with PyTorch 1.13 on both nets of the benchmarks. Views save a copy of the gradients, a static
        # graph the search for unused parameters, and there are no buffers to broadcast. One bucket for all layers, smaller buckets and
        # SGD's foreach made no difference beyond the noise of a few percent.
        model = DistributedDataParallel(model, gradient_as_bucket_view=True, static_graph=True, broadcast_buffers=False)
        super().__init__(folder, model, batch, seed=1)
        self.rank, self.processes, self.number = rank, processes, 0

    def next_batch(self):
        together = self.batch * self.processes
        if self.position + together > len(self.labels):
            self.order, self.position = torch.randperm(len(self.labels), generator=self.generator), 0
        start = self.position + self.rank * self.batch
        chosen = self.order[start:start + self.batch]
        self.position += together
        return self.images[chosen].float().mul_(1 / 255), self.labels[chosen]

    def step(self):
        warm_up = min(1.0, (self.number + 1) / WARM_UP)
        cosine = 0.5 * (1 + math.cos(math.pi * self.number / STEPS))
        self.optimizer.param_groups[0]["lr"] = torch_steps.RATE * warm_up * cosine
        self.number += 1
        super().step()


def join(folder, widths, batch, rank, processes, tied, rendezvous):
    if tied:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[rank % len(cores)]})
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"  # gloo would look up the name of this machine, which need not lead here
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", init_method="file://" + rendezvous, rank=rank, world_size=processes)
    return DistributedTrainer(folder, torch_steps.mlp(widths), batch, rank, processes)


def follow(connection, *cluster):
    trainer = join(*cluster)
    try:
        while True:
            trainer.run(connection.recv())
    except EOFError:
        pass  # the leader has ended


def lead(folder, widths, batch, processes, tied, rendezvous):
    context = torch.multiprocessing.get_context("spawn")
    connections = []
    for rank in range(1, processes):
        theirs, ours = context.Pipe(duplex=False)
        context.Process(target=follow, args=(theirs, folder, widths, batch, rank, processes, tied, rendezvous), daemon=True).start()
        connections.append(ours)
    trainer = join(folder, widths, batch, 0, processes, tied, rendezvous)
    for line in sys.stdin:
        for connection in connections:
            connection.send(int(line))
        print(trainer.run(int(line)), flush=True)


def main():
    folder, widths, batch, processes = sys.argv[1], [int(w) for w in sys.argv[2].split(",")], int(sys.argv[3]), int(sys.argv[4])
    with tempfile.TemporaryDirectory() as meeting:
        lead(folder, widths, batch, processes, sys.argv[5] == "tied", os.path.join(meeting, "rendezvous"))


if __name__ == "__main__":
    main()
