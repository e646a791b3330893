"""Measures the gradient noise at the checkpoints of a run anew, in PyTorch: RUN and the study.json of `distsgd study noise RUN`.

For a run of an MLP on all 60,000 images of MNIST (configs/noise.yaml). The true gradient is one backward pass over all images; tr Sigma comes from
the gradients of randomly drawn images, each from a backward pass of its own, so no formula is shared with what is checked.
"""
import glob
import json
import os
import re
import struct
import sys

import torch
import torch.nn.functional as F

SAMPLE = 3000
CACHE = os.environ.get("DISTSGD_CACHE", os.path.expanduser("~/.cache/distsgd"))


def idx(name, header):
    with open(os.path.join(CACHE, "mnist", name), "rb") as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


def tensors(path):
    """The weights and biases of a safetensors file, layer after layer."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    result = {}
    for name, entry in header.items():
        if re.fullmatch(r"layers\.\d+\.(weight|bias)", name):
            begin, end = entry["data_offsets"]
            result[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).reshape(entry["shape"]).double()
    layers = sorted({int(name.split(".")[1]) for name in result})
    return [result[f"layers.{i}.{part}"].requires_grad_() for i in layers for part in ("weight", "bias")]


def losses(params, inputs, labels):
    for i in range(0, len(params), 2):
        inputs = F.linear(inputs, params[i], params[i + 1])
        inputs = F.relu(inputs) if i < len(params) - 2 else inputs
    return F.cross_entropy(inputs, labels, reduction="none")


def gradient(params, inputs, labels):
    return torch.cat([g.flatten() for g in torch.autograd.grad(losses(params, inputs, labels).mean(), params)])


run, study = sys.argv[1:]
images = idx("train-images-idx3-ubyte", 16).reshape(-1, 784).double() / 255
classes = idx("train-labels-idx1-ubyte", 8).long()
ours = {point["step"]: point for point in json.load(open(study))["tables"]["points"]}
torch.manual_seed(7)
inside = 0
print("step  ||G||^2 PyTorch  DistSgd  tr Sigma PyTorch (95 %)  DistSgd  B_simple PyTorch (95 %)  DistSgd")
paths = sorted(glob.glob(os.path.join(run, "checkpoints", "step-*.safetensors")), key=lambda p: int(re.search(r"step-(\d+)", p)[1]))
for path in paths:
    step = int(re.search(r"step-(\d+)", path)[1])
    params = tensors(path)
    true = (gradient(params, images, classes) ** 2).sum().item()
    squares = torch.tensor([
        (gradient(params, images[n:n + 1], classes[n:n + 1]) ** 2).sum() for n in torch.randint(len(images), (SAMPLE,)).tolist()])
    trace, error = squares.mean().item() - true, 1.96 * squares.std().item() / SAMPLE ** 0.5
    mine = ours[step]
    agrees = abs(mine["trace"] - trace) <= error and abs(mine["squared_norm"] / true - 1) < 1e-4
    inside += agrees
    print(f"{step:4d}  {true:15.5f}  {mine['squared_norm']:7.5f}  {trace:10.2f} ± {error:8.2f}  {mine['trace']:7.2f}"
          f"  {trace / true:12.1f} ± {error / true:6.1f}  {mine['b_simple']:7.1f}  {'' if agrees else 'OUTSIDE'}")
print(f"{inside} of {len(paths)} points within the 95 % interval of PyTorch's sample")
