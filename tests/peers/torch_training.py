"""Reads a list of cases with their batches from standard input; prints the parameters of each after one step of SGD with momentum a batch."""
import json

import mlp
import torch

results = []
for case in mlp.read_cases():
    params = mlp.parameters(case)
    optimizer = torch.optim.SGD(params, lr=case["learningRate"], momentum=case["momentum"])
    for values in case["batches"]:
        optimizer.zero_grad()
        mlp.losses(case, params, *mlp.batch(values)).mean().backward()
        optimizer.step()
    results.append(mlp.flatten(params))
print(json.dumps(results))
