"""Reads a case with its batches from standard input, takes one step of SGD with momentum on each, prints the final parameters."""
import json

import mlp
import torch

case = mlp.read_case()
params = mlp.parameters(case)
optimizer = torch.optim.SGD(params, lr=case["learningRate"], momentum=case["momentum"])
for values in case["batches"]:
    optimizer.zero_grad()
    mlp.losses(case, params, *mlp.batch(values)).mean().backward()
    optimizer.step()
print(json.dumps(mlp.flatten(params)))
