"""Records what PyTorch computes for each operator: test/graph/fixtures/operators.json.

Results, and the gradients of the operands for a random gradient of the result.

    python3 scripts/record_operators.py      (Debian: python3-torch)
"""
import json
import torch
import torch.nn.functional as F

torch.manual_seed(1)
cases = []


def case(operator, attributes, compute, *operands):
    """An operand is a tensor, or the shape of a random one."""
    record(operator, attributes, compute, operands)


def case_at_kink(operator, attributes, compute, *operands):
    """Where the function has no derivative, and PyTorch chooses one."""
    record(operator, attributes, compute, operands, kink=True)


def case_without_gradient(operator, attributes, compute, *operands):
    """An operator that is put in when gradients are taken, or after, so that its own is not needed."""
    record(operator, attributes, compute, operands, differentiable=False)


def record(operator, attributes, compute, operands, kink=False, differentiable=True):
    operands = [torch.randn(x) if isinstance(x, tuple) else x for x in operands]
    for x in operands:
        x.requires_grad_(differentiable)
    result = compute(*operands)
    recorded = {
        "operator": operator,
        "attributes": attributes,
        "operands": [dump(x) for x in operands],
        "result": dump(result),
    }
    if operands and differentiable:
        upstream = torch.randn(result.shape)
        gradients = torch.autograd.grad(result, operands, upstream)
        gradients = [dump(x) for x in gradients]
        recorded["backward"] = {"upstream": dump(upstream), "gradients": gradients, "kink": kink}
    cases.append(recorded)


def dump(x):
    return {"dims": list(x.shape), "data": [float(f"{v:.8g}") for v in x.flatten().tolist()]}


def spread(*shape):
    """An even number of values, evenly spaced around 0 and shuffled: none is near another or 0."""
    count = torch.Size(shape).numel()
    return (2 * torch.randperm(count).reshape(shape) - count + 1) / count


def positive(*shape):
    return 0.5 + torch.rand(shape)


def few(*shape):
    """Many equal values, some of them 0."""
    return torch.randint(-1, 2, shape).float()


def attend(q, k, v):
    weights = torch.softmax(q.flatten(2).transpose(1, 2) @ k.flatten(2), 2)
    return (weights @ v.flatten(2).transpose(1, 2)).transpose(1, 2).reshape(*v.shape[:2], *q.shape[2:])


def centre(x, limit):
    for axis in (2, 3):
        size = x.shape[axis]
        if size > limit:
            x = x.narrow(axis, (size - limit) // 2, limit)
    return x


def conv(picture, kernel, padding, bias=True):
    shapes = [picture, kernel] + ([(kernel[0],)] if bias else [])
    case("conv2d", {"padding": padding}, lambda x, w, b=None: F.conv2d(x, w, b, padding=padding), *shapes)


def blocked_conv(picture, kernel, padding, bias=True):
    shapes = [picture, kernel] + ([(kernel[0],)] if bias else [])
    compute = lambda x, w, b=None: F.conv2d(x, w, b, padding=padding)
    case_without_gradient("blockedConv2d", {"padding": padding}, compute, *shapes)


def conv_weight_gradient(picture, outputs, kernel, padding):
    sides = [side + 2 * padding + 1 - kernel for side in picture[2:]]
    case_without_gradient(
        "conv2dWeightGradient",
        {"padding": padding, "kernel": kernel},
        lambda x, g: torch.nn.grad.conv2d_weight(x, (outputs, x.shape[1], kernel, kernel), g, padding=padding),
        picture,
        (picture[0], outputs, *sides),
    )


conv((2, 3, 4, 5), (4, 3, 3, 3), 1)
conv((1, 3, 4, 3), (3, 3, 1, 1), 0)
conv((1, 1, 3, 6), (2, 1, 5, 5), 2)
conv((2, 2, 5, 4), (3, 2, 9, 9), 4)
conv((2, 3, 4, 5), (2, 3, 3, 3), 1, bias=False)
conv((2, 3, 4, 3), (2, 3, 1, 1), 0, bias=False)
conv((2, 3, 4, 5), (2, 3, 3, 3), 0)
conv((1, 2, 3, 4), (2, 2, 3, 3), 2)
conv((1, 2, 6, 5), (2, 2, 5, 5), 1, bias=False)
conv((3, 1, 12, 11), (1, 1, 11, 11), 0, bias=False)
blocked_conv((1, 16, 3, 4), (16, 16, 3, 3), 1)
blocked_conv((2, 16, 2, 3), (16, 16, 1, 1), 0, bias=False)
conv_weight_gradient((2, 3, 4, 5), 4, 3, 1)
conv_weight_gradient((2, 3, 4, 5), 4, 1, 0)
conv_weight_gradient((2, 2, 6, 5), 3, 5, 1)
conv_weight_gradient((1, 2, 4, 6), 3, 3, 0)

case("relu", {}, F.relu, spread(1, 2, 3, 3))
case_at_kink("relu", {}, F.relu, few(1, 2, 3, 3))
case_without_gradient("reluGradient", {}, lambda y, g: torch.ops.aten.threshold_backward(g, y, 0), F.relu(few(2, 3, 3) * spread(2, 3, 3)), (2, 3, 3))
case_without_gradient("reluGradient", {}, lambda y, g: torch.ops.aten.threshold_backward(g, y, 0), torch.tensor([0, 1e-6, 1e8]), (3,))
case("absolute", {}, torch.abs, spread(1, 2, 3, 3))
case_at_kink("absolute", {}, torch.abs, few(1, 2, 3, 3))
case("sign", {}, torch.sign, spread(1, 2, 3, 3))
case_at_kink("sign", {}, torch.sign, few(1, 2, 3, 3))
case("sigmoid", {}, torch.sigmoid, (1, 2, 3, 3))
case("tanh", {}, torch.tanh, (1, 2, 3, 3))
case("softmax", {}, lambda x: torch.softmax(x, -1), (2, 3, 5))
case("power", {"exponent": -1}, torch.reciprocal, positive(2, 3))
case("power", {"exponent": 2}, torch.square, (2, 3))
case("power", {"exponent": 0.5}, torch.sqrt, positive(2, 3))

case("add", {}, torch.add, (2, 3, 2, 2), (2, 3, 2, 2))
case("add", {}, torch.add, (2, 3, 2, 2), (2, 3, 1, 1))
case("add", {}, torch.add, (1,), (2, 3, 2, 2))
case("add", {}, torch.add, (2, 3, 2, 2), ())
case("add", {}, torch.add, (2, 1, 3), (4, 1))
case("multiply", {}, torch.mul, (2, 3, 2, 4), (2, 3, 2, 4))
case("multiply", {}, torch.mul, (2, 3, 2, 4), (2, 3, 1, 1))
case("multiply", {}, torch.mul, (1,), (2, 3, 2, 2))
case("multiply", {}, torch.mul, (2, 3, 2, 2), ())
case("multiply", {}, torch.mul, (2, 1, 3), (4, 1))
case("multiplyConstant", {"factor": 0.1}, lambda x: 0.1 * x, (1, 2, 3, 3))
case("constant", {"dims": [2, 2], "data": [1, 2, 3, 4]}, lambda: torch.tensor([[1.0, 2.0], [3.0, 4.0]]))

case("globalAveragePool", {}, lambda x: F.adaptive_avg_pool2d(x, 1), (2, 3, 4, 5))
case("reduceSum", {"axes": [1]}, lambda x: x.sum(1, keepdim=True), (2, 3, 4))
case("reduceSum", {"axes": [1, 2]}, lambda x: x.sum((1, 2), keepdim=True), (2, 3, 4))
case("maxPool", {}, lambda x: F.max_pool2d(x, 2), spread(2, 2, 4, 6))
case("maxPool", {}, lambda x: F.max_pool2d(x, 2), spread(1, 2, 5, 3))
case_at_kink("maxPool", {}, lambda x: F.max_pool2d(x, 2), few(2, 3, 6, 7))
case_without_gradient("firstLargest", {"axis": 1}, lambda x: F.one_hot(x.argmax(1), 4).movedim(3, 1).float(), few(2, 4, 3, 3))

case("pixelShuffle", {"factor": 2}, lambda x: F.pixel_shuffle(x, 2), (2, 8, 2, 3))
case("pixelShuffle", {"factor": 3}, lambda x: F.pixel_shuffle(x, 3), (1, 9, 2, 2))
case("reshape", {"to": [2, 2, 9, 2]}, lambda x: x.reshape(2, 2, 9, 2), (2, 6, 3, 2))
case("transpose", {"order": [2, 0, 3, 1]}, lambda x: x.permute(2, 0, 3, 1), (2, 3, 4, 2))
case("concat", {"axis": 1}, lambda a, b: torch.cat([a, b], 1), (2, 3, 2, 2), (2, 1, 2, 2))
case("concat", {"axis": 3}, lambda a, b, c: torch.cat([a, b, c], 3), (1, 2, 2, 1), (1, 2, 2, 3), (1, 2, 2, 2))
case("slice", {"axis": 1, "start": 1, "end": 3}, lambda x: x[:, 1:3], (2, 4, 2, 2))
case("slice", {"axis": 0, "start": 0, "end": 1}, lambda x: x[:1], (3, 2))
case("half", {"axis": 2, "part": 0}, lambda x: x[:, :, :2], (1, 2, 5, 3))
case("half", {"axis": 2, "part": 1}, lambda x: x[:, :, 2:], (1, 2, 5, 3))
case("half", {"axis": 3, "part": 1}, lambda x: x[:, :, :, 2:], (1, 2, 1, 4))
case("centreCrop", {"limit": 4}, lambda x: centre(x, 4), (1, 2, 7, 3))
case("centreCrop", {"limit": 4}, lambda x: centre(x, 4), (2, 1, 4, 5))
case("centreCrop", {"limit": 4}, lambda x: centre(x, 4), (1, 1, 8, 9))
case_without_gradient("pad", {"axis": 1, "before": 2, "after": 1}, lambda x: F.pad(x, (0, 0, 2, 1)), (2, 3, 2))
case_without_gradient("expand", {"to": [2, 3, 2, 4]}, lambda x: x.expand(2, 3, 2, 4), (3, 1, 4))
case_without_gradient("reverse", {"axis": 1}, lambda x: x.flip(1), (2, 4, 3))

case("matmul", {}, torch.matmul, (2, 3, 4), (2, 4, 5))
case("channelGram", {"over": "sum"}, lambda a, b: torch.einsum("nixy,njxy->nij", a, b), (2, 3, 4, 5), (2, 2, 4, 5))
case("channelGram", {"over": "mean"}, lambda a, b: torch.einsum("nixy,njxy->nij", a, b) / 20, (2, 2, 4, 5), (2, 2, 4, 5))
case("mixChannels", {}, lambda w, x: torch.einsum("nij,njxy->nixy", w, x), (2, 3, 3), (2, 3, 4, 5))
case("volumeConv", {}, lambda x, w, b: F.conv3d(x[:, None], w, b, padding=1)[:, 0], (2, 3, 4, 5), (1, 1, 3, 3, 3), (1,))
case("volumeConv", {}, lambda x, w: F.conv3d(x[:, None], w, padding=1)[:, 0], (2, 4, 2, 3), (1, 1, 3, 3, 3))
case("attention", {}, attend, (2, 3, 5, 4), (2, 3, 2, 2), (2, 4, 2, 2))
# More than one block of queries, the last one not full.
case("attention", {}, attend, (1, 1, 13, 41), (1, 1, 2, 1), (1, 1, 2, 1))
case("subtract", {}, torch.sub, (2, 3, 2, 2), (2, 3, 2, 2))
case("subtract", {}, torch.sub, (2, 3, 2, 2), (2, 3, 1, 1))
case("subtract", {}, torch.sub, (1,), (2, 3, 2, 2))
# Fewer channels out than in.
conv_weight_gradient((2, 5, 4, 6), 2, 3, 1)
conv_weight_gradient((2, 4, 6, 5), 3, 5, 1)
conv_weight_gradient((1, 4, 4, 6), 2, 3, 0)

with open("test/graph/fixtures/operators.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
