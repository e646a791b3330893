"""Reads a list of cases from standard input; prints for each the squared gradient norm of every example, layer by layer, from one backward pass each."""
import json

import torch

import mlp

results = []
for case in mlp.read_cases():
    params = mlp.parameters(case)
    inputs, labels = mlp.batch(case)
    norms, total = [], [torch.zeros_like(p) for p in params]
    for n in range(len(labels)):
        gradient = torch.autograd.grad(mlp.losses(case, params, inputs[n:n + 1], labels[n:n + 1]).sum(), params)
        total = [t + g for t, g in zip(total, gradient)]
        squares = [(g * g).sum().item() for g in gradient]
        norms.append([squares[i] + squares[i + 1] for i in range(0, len(squares), 2)])
    mean = [t / len(labels) for t in total]
    results.append({"norms": norms, "squaredNorm": sum((g * g).sum().item() for g in mean)})
print(json.dumps(results))
