"""Reads a list of cases from standard input; prints for each the loss of every example and the gradient of their sum."""
import json

import mlp

results = []
for case in mlp.read_cases():
    params = mlp.parameters(case)
    losses = mlp.losses(case, params, *mlp.batch(case))
    losses.sum().backward()
    results.append({"losses": losses.tolist(), "gradient": mlp.flatten([p.grad for p in params])})
print(json.dumps(results))
