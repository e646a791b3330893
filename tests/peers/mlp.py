"""The MLP of a JSON case in PyTorch, in double precision, so that what differs is the other side's rounding."""
import json
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print(f"PyTorch cannot be imported: {error}", file=sys.stderr)
    sys.exit(77)  # the exit code of a skipped test

ACTIVATIONS = {
    "Relu": F.relu,
    "LeakyRelu": lambda z: F.leaky_relu(z, 0.01),
    "Tanh": torch.tanh,
    "Sigmoid": torch.sigmoid,
    "Gelu": lambda z: F.gelu(z, approximate="tanh"),
}


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def read_cases():
    """The list of cases on standard input."""
    return json.load(sys.stdin)


def parameters(case):
    """Weight [out, in] and bias of each layer in turn, from one flat list in that order."""
    result, flat, offset = [], tensor(case["parameters"]), 0
    for inputs, outputs in zip(case["widths"], case["widths"][1:]):
        for shape in ((outputs, inputs), (outputs,)):
            size = outputs * inputs if len(shape) == 2 else outputs
            result.append(flat[offset:offset + size].reshape(shape).clone().requires_grad_())
            offset += size
    return result


def flatten(tensors):
    return torch.cat([t.detach().flatten() for t in tensors]).tolist()


def outputs(case, params, inputs):
    a = inputs
    for i in range(0, len(params), 2):
        a = F.linear(a, params[i], params[i + 1])
        if i < len(params) - 2:
            a = ACTIVATIONS[case["activation"]](a)
    return a


def losses(case, params, inputs, labels):
    """The loss of each example."""
    z = outputs(case, params, inputs)
    if case["loss"] == "CrossEntropy":
        return F.cross_entropy(z, labels, reduction="none")
    single = z.shape[1] == 1
    targets = labels.double().unsqueeze(1) if single else F.one_hot(labels, z.shape[1]).double()
    if case["loss"] == "BinaryCrossEntropy":
        return F.binary_cross_entropy_with_logits(z, targets, reduction="none").mean(dim=1)
    return F.mse_loss(z, targets, reduction="none").mean(dim=1)


def batch(values):
    """Inputs [n, features] and labels [n]."""
    return tensor(values["inputs"]), torch.tensor(values["labels"], dtype=torch.int64)
