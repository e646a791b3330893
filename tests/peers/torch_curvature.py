"""Reads a list of cases from standard input; prints for each a Hessian-vector product, the top eigenvalue and the trace of the mean loss.

Small models get their whole Hessian and its eigenvalues; larger ones (no "dense") a power iteration and no trace.
"""
import json

import torch

import mlp

POWER_ITERATIONS = 400


def product(gradient, params, vector):
    """The Hessian times a vector by differentiating the gradient's inner product with it (double backward)."""
    inner = (gradient * vector).sum()
    rows = torch.autograd.grad(inner, params, retain_graph=True)
    return torch.cat([r.flatten() for r in rows])


def top_by_power_iteration(gradient, params, size):
    torch.manual_seed(1)
    vector = torch.randn(size, dtype=torch.float64)
    value = 0.0
    for _ in range(POWER_ITERATIONS):
        vector = vector / vector.norm()
        image = product(gradient, params, vector)
        value = (vector @ image).item()
        vector = image
    return value


results = []
for case in mlp.read_cases():
    params = mlp.parameters(case)
    loss = mlp.losses(case, params, *mlp.batch(case)).mean()
    gradient = torch.cat([g.flatten() for g in torch.autograd.grad(loss, params, create_graph=True)])
    size = gradient.numel()
    answer = {"product": product(gradient, params, mlp.tensor(case["direction"])).tolist()}
    if case["dense"]:
        hessian = torch.stack([product(gradient, params, row) for row in torch.eye(size, dtype=torch.float64)])
        values = torch.linalg.eigvalsh(hessian)
        answer.update(largest=values[-1].item(), smallest=values[0].item(), trace=hessian.trace().item())
    else:
        answer.update(largest=top_by_power_iteration(gradient, params, size), smallest=None, trace=None)
    results.append(answer)
print(json.dumps(results))
